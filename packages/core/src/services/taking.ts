import { CrmflowError } from '../errors.ts';
import type { Clock } from '../ports.ts';
import type { KnowledgeItem, KnowledgeJob, Progress, Store } from '../store.ts';
import { MOST_ATTEMPTS, type Jobs } from './jobs.ts';
import { sameAs, type Keeping, type Taken } from './keeping.ts';
import type { KnowledgeProgress } from './news.ts';
import { BEGUN, beginningOf, type Given, type Read, type Sources } from './sources.ts';
import { within } from './within.ts';

interface Needs {
  store: Store;
  clock: Clock;
  sources: Sources;
  keeping: Keeping;
  jobs: Jobs;
  tell(userId: string, progress: KnowledgeProgress): void;
}
type OnProgress = (progress: Progress) => void;
interface Work {
  item: KnowledgeItem;
  /** Nobody knows of the item yet: when it is refused in time, nothing is left of it. */
  isNew: boolean;
  /** How often its reading was begun. */
  attempts: number;
  /** So long its caller waits. */
  waitMs: number;
  read(onProgress: OnProgress): Promise<Read>;
}

/** What takes longer to read is written down, with what it is read from: it can be watched, and outlives this process. */
const WRITE_DOWN_MS = 1_000;
/** Longer, and the caller is answered while it is still read. */
const ANSWER_MS = 10_000;

/** Takes in what was brought: all of it or nothing, and the same only once. */
export function createTaking({ store, clock, sources, keeping, jobs, tell }: Needs) {
  const { knowledge } = store;
  const now = () => clock.now().toISOString();
  const underWay = new Map<string, Promise<Taken>>();

  /** Gives the item once it is there; one that is still read after so long. Brought twice at once, it is read once. */
  async function take(userId: string, given: Given, waitMs = ANSWER_MS): Promise<Taken> {
    const hash = await sources.hashOf(given);
    const key = JSON.stringify([userId, hash, given.source]);
    const same = underWay.get(key);
    if (same) return same;
    const taking = begin(userId, { ...given, hash }, waitMs);
    underWay.set(key, taking);
    const over = () => void underWay.delete(key);
    void taking.then(over, over);
    return taking;
  }

  async function begin(
    userId: string,
    given: Given & { hash: string | null },
    waitMs: number,
  ): Promise<Taken> {
    const { hash } = given;
    const known = hash
      ? await knowledge.findByHash(userId, hash)
      : await knowledge.findByUrl(userId, beginningOf(given).url!);
    if (known?.state === 'ready' && hash) return { item: known, change: 'unchanged' };
    if (known?.state === 'processing') return goOn(known, waitMs);
    if (!known) await keeping.mustFit(userId, { items: 1, characters: 1 });
    const reading = begunReading(given);
    const read = await within(Math.min(waitMs, WRITE_DOWN_MS), reading.read);
    // What is there stays as it is until it has been read anew.
    if (known?.state === 'ready') return keeping.refresh(known, read ?? (await reading.read));
    const draft = keeping.draft(userId, given, hash);
    const { state, reason, progress } = draft;
    const item = known ? { ...known, state, reason, progress } : draft;
    if (read) return keeping.keep(item, read, { isStored: known !== null });
    const { source, bytes } = given;
    const job = { source, bytes, dueAt: jobs.lease() };
    if (known) await knowledge.update(item.id, { state, reason, progress }, now(), { job });
    else {
      const create = () => keeping.create(item, [], job);
      const written = await keeping.within(userId, { items: 1, characters: 1 }, create);
      if (written.item.id !== item.id) return written;
    }
    const rest = { isNew: !known, attempts: 1, waitMs: Math.max(0, waitMs - WRITE_DOWN_MS) };
    return finish({ item, ...rest, read: reading.goOn });
  }

  /** Begins to read before anybody hears how far it is. */
  function begunReading(given: Given) {
    let far = BEGUN;
    let hear: OnProgress = (progress) => (far = progress);
    const read = sources.read(given, (progress) => hear(progress));
    const goOn = (onProgress: OnProgress) => {
      onProgress(far);
      hear = onProgress;
      return read;
    };
    return { read, goOn };
  }

  /** Gives an item that is written down when it is ready, or as it is when that takes too long. */
  async function finish({ item, isNew, attempts, waitMs, read }: Work): Promise<Taken> {
    let isAnswered = false;
    let last = BEGUN;
    async function work(progress: OnProgress): Promise<Taken> {
      const document = await read((far) => progress((last = far)));
      const taken = await keeping.keep(item, document, { isStored: true });
      if (taken.item.id === item.id)
        tell(item.userId, { itemId: item.id, state: 'ready', done: last.total, total: last.total });
      else if (isNew && !isAnswered) await knowledge.remove(item.id);
      else throw sameAs(taken.item);
      return taken;
    }
    const working = jobs
      .during({ item, attempts }, ({ progress }) => work(progress))
      .catch(async (cause: unknown) => {
        if (isNew && !isAnswered) await knowledge.remove(item.id).catch(() => undefined);
        else await fail(item, CrmflowError.from(cause).message, last);
        throw cause;
      });
    const taken = await within(waitMs, working);
    isAnswered = true;
    return taken ?? { item: (await knowledge.get(item.id)) ?? item, change: 'added' };
  }

  /** Whoever began it may be gone: then it is begun again here. */
  async function goOn(item: KnowledgeItem, waitMs: number): Promise<Taken> {
    const [job] = await jobs.claim(1, item.id);
    return job ? restart(job, item, waitMs) : { item, change: 'added' };
  }
  async function restart(job: KnowledgeJob, item: KnowledgeItem, waitMs = Infinity): Promise<Taken> {
    const { attempts } = job;
    if (attempts <= MOST_ATTEMPTS)
      return finish({ item, isNew: false, attempts, waitMs, read: (hear) => sources.read(job, hear) });
    const reason = `Reading it was interrupted ${MOST_ATTEMPTS} times. Add it again to try once more.`;
    return { item: await fail(item, reason, BEGUN), change: 'added' };
  }

  /** Gives the item as it failed. */
  async function fail(item: KnowledgeItem, reason: string, far: Progress): Promise<KnowledgeItem> {
    const failed = { state: 'failed', reason, progress: null } as const;
    // It may have been deleted meanwhile.
    const saved = await knowledge.update(item.id, failed, now()).catch(() => ({ ...item, ...failed }));
    tell(item.userId, { itemId: item.id, state: 'failed', ...far, reason });
    return saved;
  }

  return { take, restart };
}
