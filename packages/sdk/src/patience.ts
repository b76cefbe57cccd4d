const FIRST_MS = 250;
const LONGEST_MS = 8_000;

/** Twice as long each time, and never two clients in step: between half of it and all. */
export const backOffMs = (retried: number): number =>
  Math.min(LONGEST_MS, FIRST_MS * 2 ** retried) * (0.5 + chance() / 2);

/** Also outside secure contexts, where `crypto.randomUUID` is missing. */
export const randomId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  );

const chance = () => crypto.getRandomValues(new Uint32Array(1))[0]! / 2 ** 32;

/** Waits, or until the signal aborts. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
