const FIRST_MS = 250;
const LONGEST_MS = 8_000;

/** Twice as long each time, and never two clients in step: between half of it and all. */
export const backOffMs = (retried: number): number =>
  Math.min(LONGEST_MS, FIRST_MS * 2 ** retried) * (0.5 + chance() / 2);

/** A random UUID (RFC 9562, version 4), also outside secure contexts, where `crypto.randomUUID` is missing. */
export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

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
