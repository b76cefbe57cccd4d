import type { IncomingMessage } from 'node:http';
import type { z } from 'zod';
import { CrmflowError, type Actor, type Crmflow, type SessionView } from '@crmflow/core/contract';
import type { Clicks } from './clicks.ts';
import type { CountMessage, SocketLimits } from './limits.ts';
import { watchHandovers } from './handovers.ts';
import { read } from './payload.ts';
import type { Visit } from './visit.ts';
import { Advance, End, Execute, Resume, Say, Start, Watch } from './wire.ts';

/** What an event is carried out with. */
export interface Call {
  visit: Visit;
  actor: Actor;
  limits: SocketLimits;
  addressOf(request: IncomingMessage): string;
  clicks: Clicks;
  countMessage: CountMessage;
  /** Refuses what would begin while the server is about to close. */
  mustTakeWork(): void;
  /** Tells the client why it hears nothing more of a session. */
  lose(cause: unknown, sessionId?: string): void;
}
/** What an acknowledgement carries. The events of a turn are told, not answered. */
interface Done {
  session: SessionView;
  /** Of a session that was just started. */
  token?: string;
}
/** Reads an event, refusing what does not fit, and carries it out. */
type Row = (payloads: readonly unknown[], call: Call) => Promise<object>;

const on = <S extends z.ZodType>(
  event: string,
  schema: S,
  carryOut: (call: Call, input: z.output<S>) => Promise<object>,
): [string, Row] => [event, async (payloads, call) => carryOut(call, read(event, schema, payloads))];

/** What is done about each event of a client. */
const rows = new Map([
  on('session:start', Start, start),
  on('session:resume', Resume, resume),
  on('node:execute', Execute, (call, { sessionId, ...node }) =>
    act(call, sessionId, (sessions, id) => sessions.execute({ id, ...node })),
  ),
  on('user:message', Say, say),
  on('workflow:advance', Advance, (call, { sessionId, fromNodeId }) =>
    act(call, sessionId, (sessions, id) => sessions.advance({ id, nodeId: fromNodeId })),
  ),
  on('session:end', End, (call, { sessionId }) =>
    act(call, sessionId, (sessions, id) => sessions.end({ id })),
  ),
  on('handover:watch', Watch, watchHandovers),
]);

/** What a client may send. */
export const socketEvents = (): Iterable<string> => rows.keys();

/** Its name where it is one of these; what else a client calls an event is not repeated. */
export const eventNamed = (event: string): string => (rows.has(event) ? event : '(none)');

export function rowOf(event: string): Row {
  const row = rows.get(event);
  if (row) return row;
  const known = [...socketEvents()].join(', ');
  throw new CrmflowError('invalid_input', `There is no event ${event.slice(0, 100)}; there are ${known}.`);
}

const done = ({ session }: Done): Done => ({ session });

type Sessions = Crmflow['sessions'];

function act(
  { visit: { hearing }, actor }: Call,
  sessionId: string | undefined,
  begin: (sessions: Sessions, id: string) => Promise<Done>,
): Promise<Done> {
  return hearing.inTurn(sessionId, (id) =>
    Promise.resolve({ going: begin(hearing.sessions(actor, id), id).then(done) }),
  );
}

async function start(call: Call, { userId, ...input }: z.output<typeof Start>): Promise<Done> {
  const { visit, actor, limits, addressOf, lose } = call;
  const isSelf = actor.role === 'user' && actor.userId === userId;
  if (typeof userId === 'string' && !isSelf)
    throw new CrmflowError('forbidden', 'userId is not who is logged in on this socket. Leave it out.');
  call.mustTakeWork();
  return visit.hearing.change(async () => {
    visit.hearing.makeRoomFor();
    if (actor.role === 'guest') await limits.guestStart(addressOf(visit.request));
    const { session, token } = await visit.app.begin(actor, input);
    await visit.hearing.join(actor, { session, token, after: 0, isNew: true, lose });
    return { session, token };
  });
}

async function resume(call: Call, { sessionId: id, ...shown }: z.output<typeof Resume>): Promise<Done> {
  const { actor, lose } = call;
  const { hearing } = call.visit;
  const token = shown.token ?? undefined;
  return hearing.change(async () => {
    const session = await hearing.sessions(actor, id, token).get({ id });
    const after = shown.lastSeq ?? 0;
    if (after > session.seq)
      throw new CrmflowError(
        'invalid_input',
        `lastSeq: the session has told ${session.seq} events, not ${after}.`,
      );
    hearing.makeRoomFor(id);
    await hearing.join(actor, { session, token, after, isNew: false, lose });
    return { session };
  }, id);
}

async function say(call: Call, { sessionId, ...said }: z.output<typeof Say>): Promise<Done> {
  const { visit, actor, clicks, countMessage } = call;
  const { hearing } = visit;
  return hearing.inTurn(sessionId, async (id) => {
    const sessions = hearing.sessions(actor, id);
    // Nobody may use up the limits of a session that is not theirs.
    const mode = hearing.mode(id) ?? (await sessions.get({ id })).mode;
    await countMessage(id, said.messageId);
    const send = () => sessions.send({ id, ...said }).then(done);
    return { going: clicks({ sessionId: id, isAuto: mode === 'auto', ...said }, send) };
  });
}
