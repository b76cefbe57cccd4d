// Loaded before a server: what waits for ten seconds or more (for a provider, above all) waits a tenth of it.
const { setTimeout: real } = globalThis;
const LONG_MS = 10_000;
globalThis.setTimeout = Object.assign(
  (work, ms, ...given) => real(work, ms >= LONG_MS ? ms / 10 : ms, ...given),
  real,
);
