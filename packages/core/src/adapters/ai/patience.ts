import { setTimeout as pause } from 'node:timers/promises';
import { Failure, refusal, type Subject } from './failure.ts';

/** How long a provider is waited for, in milliseconds, and how often it is asked. */
export interface Limits {
  /** Until it gives its first sign. */
  firstPartMs: number;
  /** Between two signs. */
  idleMs: number;
  /** For everything, further tries included. */
  totalMs: number;
  /** For finding out whether a key is taken. */
  checkMs: number;
  tries: number;
  /** Before the second try; twice as long before each further one. */
  backoffMs: number;
  /** A provider that wants to be left alone for longer has failed. */
  longestWaitMs: number;
  /** Of an answer as it travels: each token of it may come with hundreds of bytes. */
  maxBytes: number;
}

export const LIMITS: Limits = {
  firstPartMs: 30_000,
  idleMs: 20_000,
  totalMs: 120_000,
  checkMs: 15_000,
  tries: 3,
  backoffMs: 500,
  longestWaitMs: 20_000,
  maxBytes: 16_000_000,
};

/** What time and chance are made of. */
export interface Waiting {
  limits: Limits;
  /** Rejects once the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** 0 to 1. */
  random(): number;
}

export const waiting: Waiting = {
  limits: LIMITS,
  sleep: (ms, signal) => pause(ms, undefined, { signal }),
  random: Math.random,
};

/** Something of an answer, or null: at work, but nothing to give yet. */
export type Sign<T> = T | null;
/** Begins one try. */
export type Open<T> = (signal: AbortSignal) => AsyncIterable<Sign<T>>;

interface Terms extends Waiting {
  subject: Subject;
  /** The caller's. */
  signal: AbortSignal;
}

/**
 * What a provider gives, asked again while it has failed without giving anything.
 * @throws CrmflowError with the reason; the signal's own reason once it is aborted
 */
export async function* patiently<T>(
  open: Open<T>,
  { subject, signal, limits, sleep, random }: Terms,
): AsyncGenerator<T> {
  signal.throwIfAborted();
  const whole = deadline(signal, 'was not done within');
  whole.goOn(limits.totalMs);
  let hasGiven = false;
  try {
    for (let tried = 1; ; tried++) {
      try {
        for await (const sign of oneTry(open, whole.signal, limits)) {
          if (sign === null) continue;
          hasGiven = true;
          yield sign;
        }
        return;
      } catch (cause) {
        whole.signal.throwIfAborted();
        if (!(cause instanceof Failure) || cause.isFinal || hasGiven || tried >= limits.tries) throw cause;
        const backoffMs = limits.backoffMs * 2 ** (tried - 1) * (0.5 + random() / 2);
        const waitMs = cause.retryAfterMs ?? backoffMs;
        if (waitMs > limits.longestWaitMs) throw cause;
        await sleep(waitMs, whole.signal);
      }
    }
  } catch (cause) {
    signal.throwIfAborted();
    const end = whole.signal.aborted ? (whole.signal.reason as unknown) : cause;
    throw end instanceof Failure ? refusal(end, subject) : end;
  } finally {
    whole.done();
  }
}

/** The one thing a provider gives. */
export async function patientlyOne<T>(
  work: (signal: AbortSignal) => Promise<T>,
  { limits, ...terms }: Terms,
): Promise<T> {
  const open = async function* (signal: AbortSignal) {
    yield await work(signal);
  };
  const parts = patiently(open, { ...terms, limits: { ...limits, firstPartMs: limits.totalMs } });
  for await (const part of parts) return part;
  throw new Error('A provider that neither failed nor gave anything.');
}

/** The signs of one try, each in time; whatever ends it closes the connection. */
async function* oneTry<T>(open: Open<T>, signal: AbortSignal, limits: Limits): AsyncGenerator<Sign<T>> {
  const watch = deadline(signal, 'gave nothing for');
  watch.goOn(limits.firstPartMs);
  const signs = open(watch.signal)[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await raced(signs.next(), watch.signal);
      if (next.done) return;
      watch.pause();
      yield next.value;
      watch.goOn(limits.idleMs);
    }
  } finally {
    watch.stop();
  }
}

/** A signal that is aborted with another one, or with `late` when its time is over. */
function deadline(outer: AbortSignal, what: string) {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const end = () => controller.abort(outer.reason);
  const pause = () => clearTimeout(timer);
  const goOn = (ms: number) => {
    const seconds = `${ms / 1000} ${ms === 1000 ? 'second' : 'seconds'}`;
    // Whoever says nothing for so long would keep a visitor waiting as long again.
    const late = () => new Failure('late', `${what} ${seconds}`, { isFinal: true });
    timer = setTimeout(() => controller.abort(late()), ms);
  };
  const done = () => {
    pause();
    outer.removeEventListener('abort', end);
  };
  const stop = () => {
    done();
    controller.abort();
  };
  if (outer.aborted) end();
  else outer.addEventListener('abort', end);
  return { signal: controller.signal, pause, goOn, done, stop };
}

function raced<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason as Error);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
