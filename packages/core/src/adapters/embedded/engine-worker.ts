import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads';

/** What the worker opens. */
export interface Opening {
  /** The engine's own files; made when absent. */
  folder: string;
  /** A packed folder that a new one begins as. */
  image: string | null;
  /** Whether a commit waits for the disk. */
  syncs: boolean;
}

/** One life of the worker. */
export interface EngineWorker {
  /** Gives null, or why it could not be opened. */
  open(opening: Opening): Promise<string | null>;
  connect(): MessagePort;
  /** Lets the engine finish what it does and write its last checkpoint; then it ends. */
  close(): void;
  /** Ends the thread, whatever it does. */
  end(): void;
  /** Whether it ended, or is about to. */
  readonly isOver: boolean;
  /** Once the thread is gone: the last that was heard of it. */
  readonly ended: Promise<string>;
}

/** Boots at once, so that it loads its libraries while the caller still looks at the folder. */
export function bootWorker(): EngineWorker {
  const worker = new Worker(new URL('./pglite-worker.js', import.meta.url), { execArgv: [] });
  let isOver = false;
  let lastWords = 'it ended without a word';
  worker.on('error', ({ message }: Error) => (lastWords = message));
  const ready = new Promise<null>((resolve) =>
    worker.on('message', (message: 'ready' | { failure: string }) => {
      if (message === 'ready') resolve(null);
      else lastWords = message.failure;
    }),
  );
  const ended = new Promise<string>((resolve) =>
    worker.on('exit', () => {
      isOver = true;
      resolve(lastWords);
    }),
  );
  const end = () => {
    isOver = true;
    void worker.terminate();
  };
  return {
    async open(opening) {
      worker.postMessage(opening);
      const reason = await Promise.race([ready, ended]);
      // From here on a connection in use keeps the process, an idle engine does not.
      worker.unref();
      return reason;
    },
    connect() {
      const { port1, port2 } = new MessageChannel();
      worker.postMessage(port2, [port2]);
      return port1;
    },
    close: () => worker.postMessage('close'),
    end,
    get isOver() {
      return isOver;
    },
    ended,
  };
}
