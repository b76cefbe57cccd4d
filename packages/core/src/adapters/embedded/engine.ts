import type { Duplex } from 'node:stream';
import { CrmflowError } from '../../errors.ts';
import { EngineConnection } from './connection.ts';
import { bootWorker, type EngineWorker, type Opening } from './engine-worker.ts';

/** The database engine, in a worker that is replaced when it ends. */
export interface Engine {
  open(opening: Opening): Promise<void>;
  /** What pg connects through. An engine that ended, on a full disk say, is started again by the next connection. */
  connection(): Duplex;
  /** Lets the engine finish once nobody uses it any more; ends it after five seconds in any case. */
  close(unused: Promise<unknown>): Promise<void>;
}

const CLOSE_MS = 5_000;

/** Begins to load the engine; `open` tells it what. */
export function createEngine(): Engine {
  let worker = bootWorker();
  let open: () => Promise<EngineWorker>;
  let opened: Promise<EngineWorker> | null = null;
  let inUse: { connection: EngineConnection; worker: EngineWorker } | null = null;

  const start = async (opening: Opening) => {
    const current = worker;
    const reason = await current.open(opening);
    if (reason !== null) throw notOpened(opening, reason);
    void current.ended.then((lastWords) => {
      if (inUse?.worker === current) inUse.connection.destroy(stopped(opening, lastWords));
    });
    return current;
  };
  const running = async () => {
    const last = worker;
    // Two engines on one folder would destroy it, so the next waits until the last is gone.
    if (last.isOver) await last.ended;
    if (last.isOver && worker === last) {
      worker = bootWorker();
      opened = null;
    }
    return (opened ??= open());
  };
  return {
    async open(opening) {
      open = () => start(opening);
      await running();
    },
    connection() {
      let mine: EngineWorker | null = null;
      const connection = new EngineConnection({
        async connect() {
          mine = await running();
          inUse = { connection, worker: mine };
          return mine.connect();
        },
        hangUp: () => mine?.end(),
      });
      return connection;
    },
    async close(unused) {
      if (!opened) worker.end();
      const timer = setTimeout(() => worker.end(), CLOSE_MS);
      await Promise.race([unused, worker.ended]);
      worker.close();
      await worker.ended;
      clearTimeout(timer);
    },
  };
}

const notOpened = ({ folder }: Opening, reason: string) =>
  new CrmflowError(
    'unavailable',
    `The database in ${folder} could not be opened (${reason}). Check that its disk has free space and that you may write there.`,
    { folder, reason },
  );

const stopped = ({ folder }: Opening, reason: string) =>
  new CrmflowError(
    'unavailable',
    `The database in ${folder} stopped (${reason}). What was confirmed is kept, and the next request starts it again; if its disk is full, make room first.`,
    { folder, reason },
  );
