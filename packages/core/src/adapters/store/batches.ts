import { setImmediate } from 'node:timers/promises';
import { databaseError, isAway } from './database-error.ts';

/** Does the same thing for all that wait at the moment, together. */
export interface Batches<I, O> {
  add(item: I): Promise<O>;
  /** Once nothing waits or is on its way. */
  settled(): Promise<void>;
}

export interface BatchOptions<I, O> {
  /** One answer an item, in order. Rejects for all. */
  run(items: readonly I[]): Promise<O[]>;
  /** Two with the same key are never on their way at once; null goes with any. */
  keyOf(item: I): string | null;
  /** Items in a batch. */
  most: number;
  /** Batches on their way at once. */
  flights: number;
  /**
   * Where answers set off more items: a batch alone on its way is answered in two halves, so that what the first sets off
   * is on its way while the second is worked on. Else all would go in step for good, and either side wait for the other.
   */
  inHalves?: boolean;
}

/** Not worth two ways. */
const FEW = 8;

interface Waiting<I, O> {
  item: I;
  key: string | null;
  resolve(answer: O): void;
  reject(cause: unknown): void;
}

/**
 * Whoever comes while a batch is on its way waits for the next; with nothing on its way an item goes out at once. A
 * batch that one of its items spoils is run again one by one, so that only that item fails.
 */
export function createBatches<I, O>({
  run,
  keyOf,
  most,
  flights,
  inHalves = false,
}: BatchOptions<I, O>): Batches<I, O> {
  let waiting: Waiting<I, O>[] = [];
  const away = new Set<string>();
  let flying = 0;
  let isScheduled = false;
  let idle: (() => void)[] = [];

  function schedule() {
    if (isScheduled) return;
    isScheduled = true;
    // After all that runs in this moment: what one answer sets off at once shares the next batch.
    process.nextTick(depart);
  }

  function depart() {
    isScheduled = false;
    while (flying < flights) {
      const { batch, left } = choose(waiting, away, most);
      if (batch.length === 0) break;
      waiting = left;
      flying += 1;
      void fly(batch).then(land);
    }
  }

  function land() {
    flying -= 1;
    if (waiting.length > 0) schedule();
    else if (flying === 0) for (const done of idle.splice(0)) done();
  }

  async function fly(batch: Waiting<I, O>[]): Promise<void> {
    try {
      const answers = await run(batch.map(({ item }) => item));
      const half = inHalves && flying === 1 && batch.length > FEW ? Math.ceil(batch.length / 2) : 0;
      for (const [at, { key, resolve }] of batch.entries()) {
        if (half && at === half) await setImmediate();
        arrive(key);
        resolve(answers[at]!);
      }
    } catch (cause) {
      const error = databaseError(cause);
      if (batch.length > 1 && !isAway(error)) for (const one of batch) await fly([one]);
      else
        for (const { key, reject } of batch) {
          arrive(key);
          reject(error);
        }
    }
  }

  function arrive(key: string | null) {
    if (key !== null) away.delete(key);
  }

  return {
    add: (item) =>
      new Promise((resolve, reject) => {
        waiting.push({ item, key: keyOf(item), resolve, reject });
        schedule();
      }),
    settled: () =>
      waiting.length === 0 && flying === 0
        ? Promise.resolve()
        : new Promise((resolve) => (idle = [...idle, resolve])),
  };
}

/** The first so many of those whose key is not away; their keys are from now on. */
function choose<W extends { key: string | null }>(waiting: readonly W[], away: Set<string>, most: number) {
  const batch: W[] = [];
  const held: W[] = [];
  let at = 0;
  for (; at < waiting.length && batch.length < most; at++) {
    const one = waiting[at]!;
    if (one.key !== null && away.has(one.key)) held.push(one);
    else {
      if (one.key !== null) away.add(one.key);
      batch.push(one);
    }
  }
  return { batch, left: held.concat(waiting.slice(at)) };
}
