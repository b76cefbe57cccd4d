import type { Clock } from '../ports.ts';

export const clock: Clock = { now: () => new Date() };
/** Milliseconds that only go forward. */
export const ticks = (): number => performance.now();
