import { CrmflowError, type Crmflow, type SessionEvent } from '@crmflow/core/contract';

/** As much of the api as it takes. */
export interface Source {
  watch: Crmflow['watch'];
  sessions: Pick<Crmflow['sessions'], 'events'>;
}
interface Follow {
  api: Source;
  sessionId: string;
  /** The number of the last event its hearer knows. */
  after: number;
  tell(event: SessionEvent): void;
  /** Hears why a hole could not be filled, once what was stored has been told. */
  lose(cause: unknown): void;
  /** Resolves when the hearer can take more of what was stored. */
  room?(): Promise<void>;
}
export interface Following {
  /** All that was stored has been told; rejects when it could not be read. */
  caughtUp: Promise<void>;
  stop(): void;
}

const PAGE = 100;

/**
 * Tells every event of a session after `after` once, in order and without a gap: first what is stored, then what
 * happens. What is heard twice, too early or not at all is set right from the store, so that any source of live events
 * will do. Stops by itself after `workflow:finished`.
 */
export function follow({ api, sessionId, after, tell, lose, room }: Follow): Following {
  let last = after;
  let isOver = false;
  let isReading = true;
  let early: SessionEvent[] = [];
  let unwatch: (() => void) | undefined;

  function stop() {
    isOver = true;
    unwatch?.();
  }
  function next(event: SessionEvent) {
    if (isOver || event.seq !== last + 1) return;
    last = event.seq;
    tell(event);
    if (event.type === 'workflow:finished') stop();
  }
  function hear(event: SessionEvent) {
    if (!isReading && event.seq === last + 1) return next(event);
    if (event.seq > last) early.push(event);
    if (!isReading && early.length) catchUp().catch(lose);
  }
  async function catchUp() {
    isReading = true;
    try {
      do await readOn();
      while (early.length && !isOver);
    } finally {
      isReading = false;
    }
  }
  async function readOn() {
    const from = last;
    for (let more = true; more && !isOver;) {
      const page = await api.sessions.events({ id: sessionId, after: last, limit: PAGE });
      page.items.forEach(next);
      more = page.nextCursor !== null;
      if (more) await room?.();
    }
    early.sort((one, other) => one.seq - other.seq).forEach(next);
    early = early.filter(({ seq }) => seq > last);
    if (!early.length || last > from) return;
    early = [];
    throw new CrmflowError('unavailable', 'Some events could not be read. Send session:resume to hear on.');
  }
  async function begin() {
    unwatch = await api.watch(sessionId, hear);
    if (isOver) return unwatch();
    await catchUp();
  }

  return { caughtUp: begin(), stop };
}
