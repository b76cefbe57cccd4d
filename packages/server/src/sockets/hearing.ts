import type { Socket } from 'socket.io';
import type { App } from '@crmflow/core';
import { CrmflowError, type Actor, type Crmflow, type SessionView } from '@crmflow/core/contract';
import { roomOn, tellOn } from './backlog.ts';
import { follow, type Source } from './follow.ts';
import { createTurns } from './turns.ts';
import { payloadOf } from './wire.ts';

interface Joined {
  /** What its starter was given, or showed to come back. */
  token: string | undefined;
  mode: SessionView['mode'];
  isOver: boolean;
  stop(): void;
}
interface Joining {
  session: SessionView;
  token: string | undefined;
  /** The number of the last event the client knows. */
  after: number;
  /** Its starter is told the token with `session:started`. */
  isNew: boolean;
  /** Hears why nothing more of it will be told, later on. */
  lose(cause: unknown, sessionId: string): void;
}

/** What goes on while the next is begun. */
interface Begun<T> {
  going: Promise<T>;
}

export type Hearing = ReturnType<typeof createHearing>;

/** So many open sessions one socket may hear. */
const MAX_SESSIONS = 100;
/** What is waited for by whoever names no session: no session has such an id. */
const CURRENT = '';

/** Makes the api anew for each call: kept for as long as a session is heard it would be most of what that costs. */
const source = (api: () => Crmflow): Source => ({
  watch: (id, hear) => api().watch(id, hear),
  sessions: { events: (input) => api().sessions.events(input) },
});

function meant(sessionId: string | undefined): string {
  if (sessionId !== undefined) return sessionId;
  throw new CrmflowError(
    'conflict',
    'This socket has no session. Send session:start or session:resume first, or name one by sessionId.',
  );
}

/** The sessions a socket hears, what it holds for each, and which of them it means when it names none. */
export function createHearing(socket: Socket, app: App) {
  const joined = new Map<string, Joined>();
  const turns = createTurns();
  let current: string | undefined;

  /** Who its visitor is in a session: by login, or by the token he holds for it. */
  const actorIn = (actor: Actor, id: string, shown = joined.get(id)?.token): Actor =>
    shown === undefined ? actor : { ...actor, sessionToken: shown };
  /** Sessions as he may use them in one. */
  const sessions = (actor: Actor, id: string, shown?: string): Crmflow['sessions'] =>
    app.sessions(actorIn(actor, id, shown));
  /** Makes it the current session and hears it; resolves when all that was stored has been told. */
  async function join(actor: Actor, { session, after, isNew, lose, ...shown }: Joining): Promise<void> {
    const { id, mode } = session;
    const before = joined.get(id);
    const token = shown.token ?? before?.token;
    before?.stop();
    const { caughtUp, stop } = follow({
      api: source(() => app.as(actorIn(actor, id, token))),
      sessionId: id,
      after,
      tell(event) {
        const isBegin = isNew && event.type === 'session:started';
        tellOn(socket, event.type, payloadOf(event, isBegin ? { sessionId: id, token } : { sessionId: id }));
        if (event.type === 'workflow:finished') place.isOver = true;
      },
      lose: (cause) => lose(cause, id),
      room: () => roomOn(socket),
    });
    const place: Joined = { token, mode, isOver: false, stop };
    joined.set(id, place);
    current = id;
    if (socket.disconnected) stop();
    await caughtUp;
  }

  return {
    sessions,
    join,
    /** Forgets sessions that are over; refuses one more than a socket may hear. */
    makeRoomFor(id?: string) {
      for (const [other, { isOver }] of joined) if (isOver && other !== current) joined.delete(other);
      if (joined.size < MAX_SESSIONS || (id !== undefined && joined.has(id))) return;
      throw new CrmflowError(
        'conflict',
        `One socket hears at most ${MAX_SESSIONS} open sessions. End one, or open another socket.`,
      );
    },
    current: () => current,
    /** Changes which session is meant; what comes next and names none, or this one, is about what it is then. */
    change: <T>(work: () => Promise<T>, id?: string): Promise<T> =>
      turns.take(id === undefined ? [CURRENT] : [CURRENT, id], work),
    /** Begins something in the session that is meant, after what came before; waits for what was begun, and nobody else does. */
    async inTurn<T>(sessionId: string | undefined, begin: (id: string) => Promise<Begun<T>>): Promise<T> {
      if (sessionId === undefined) await turns.over(CURRENT);
      const id = meant(sessionId ?? current);
      const { going } = await turns.take([id], () => begin(id));
      return going;
    },
    /** Of a session it has joined. */
    mode: (id: string) => joined.get(id)?.mode,
    leave() {
      for (const { stop } of joined.values()) stop();
    },
  };
}
