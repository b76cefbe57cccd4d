import { CrmflowError } from '../errors.ts';
import { failed } from '../nodes/node.ts';
import type { Wake } from '../nodes/wait.ts';
import { joined, listenOn, partsIn } from '../session/burst.ts';
import { isComing, nothingWaits } from '../session/callback.ts';
import { addLine, draftOf, finish, pathOf, stepAt } from '../session/draft.ts';
import {
  beginEffect,
  NOTHING_SPENT,
  play,
  playDeparture,
  playFrom,
  type Moment,
  type Played,
} from '../session/play.ts';
import { isOpen, type Session } from '../session/session.ts';
import { standBefore } from '../session/try-out.ts';
import type { Flow } from '../workflow/flow.ts';
import { waysBackOf } from '../workflow/step.ts';

/** The session as it is stored, or as it was remembered. */
export interface Found {
  session: Session;
  flow: Flow;
  /** The number of its event, where this message has been processed already. */
  knownAt: number | null;
  /** Step mode: the caller may have another node executed than the one at hand. */
  mayMove: boolean;
}
/** Decides from the session alone how it moves on; null when nothing is to be done. */
export type Decide = (found: Found) => Played | null;

/** How a session ends from outside. */
export type Ending = 'ended' | 'deleted' | 'expired';

/** A node that takes the process down with it must not do so for ever. */
const MAX_CUTS = 5;
/** Whoever never pauses is answered all the same. */
const MAX_PARTS = 20;

/** Every way in which a session can be moved on. `moment` begins a turn. */
export function createDecisions(moment: () => Moment) {
  const now = () => moment().now;

  /** Goes on with a session whose run was cut short. */
  const resumed: Decide = ({ session, flow }) => {
    if (session.status !== 'running') return null;
    if (session.cuts + 1 < MAX_CUTS)
      return {
        ...beginEffect(flow, session, now().toISOString()),
        stands: 'effect',
        spent: { ...NOTHING_SPENT, calls: 1 },
      };
    const cause = new CrmflowError('internal', `It was cut short ${MAX_CUTS} times; given up.`);
    return playFrom(flow, session, failed(cause, session.nodeId!), { ...moment(), spent: NOTHING_SPENT });
  };

  /** Ends the wait of a session that waits for this, or keeps a part of an answer until its visitor pauses. */
  const woken =
    (wake: Wake): Decide =>
    ({ session, flow, knownAt }) => {
      if (knownAt !== null) return null;
      if (!endsWith(session, wake)) throw notWaiting(session, wake);
      if (wake.by === 'person' && wake.port !== undefined) mustLeadOn(flow, session, wake.port);
      const limit = flow.main.settings.limits.messageChars;
      if (wake.by === 'message' && wake.text.length > limit)
        throw new CrmflowError('too_large', `A message may have at most ${limit} characters.`);
      if (wake.by !== 'message' || !mayBePart(flow, session, wake))
        return play(flow, session, wake, moment());
      const at = now();
      const until = new Date(at.getTime() + flow.main.settings.debounceMs);
      return { ...listenOn(flow, session, wake, { at, until }), stands: 'rest' };
    };

  const overheard =
    (text: string): Decide =>
    ({ session, flow, knownAt }) => {
      if (knownAt !== null) return null;
      if (session.status !== 'waiting') throw notWaiting(session, { by: 'message', text });
      const draft = draftOf(flow, session, now().toISOString());
      addLine(draft, 'user', pathOf(session, session.nodeId!), { text });
      return { ...draft, stands: 'rest' };
    };

  const executed =
    (nodeId: string): Decide =>
    ({ session, flow, mayMove }) => {
      const isElsewhere = mayMove && session.nodeId !== null && pathOf(session, session.nodeId) !== nodeId;
      const moved = isElsewhere ? standBefore(flow, session, nodeId, now().toISOString()) : null;
      const before = moved?.session ?? session;
      clientMay(before, 'execute', nodeId);
      const played = play(flow, before, null, moment());
      return moved ? { ...played, events: [...moved.events, ...played.events] } : played;
    };

  const left =
    (nodeId: string): Decide =>
    ({ session, flow }) => {
      clientMay(session, 'advance', nodeId);
      return playDeparture(flow, session, moment());
    };

  const ended =
    (outcome: Ending): Decide =>
    ({ session, flow }) => {
      if (!isOpen(session)) return null;
      const draft = draftOf(flow, session, now().toISOString());
      finish(draft, 'finished', outcome, null);
      return { ...draft, stands: 'rest' };
    };

  /** Moves on a session that was claimed until then because its time had come. */
  const due =
    (claimedUntil: string): Decide =>
    (found) => {
      const { status, dueAt } = found.session;
      const isDue = dueAt !== null && (dueAt === claimedUntil || dueAt <= now().toISOString());
      if (!isDue) return null;
      return status === 'running' ? resumed(found) : woken({ by: 'time' })(found);
    };

  return { woken, overheard, executed, left, ended, due };
}

/** A question waits for its answer, and while it has a time for its time as well; who waits for a person may go on talking. */
function endsWith({ wait, dueAt }: Session, wake: Wake): boolean {
  const { by } = wake;
  if (by === 'webhook') return wait?.for === by && wait.hook === wake.hook;
  if (wait?.for === by || (by === 'message' && wait?.for === 'person')) return true;
  return by === 'time' && wait !== null && ENDED_BY_TIME.has(wait.for) && dueAt !== null;
}

function mustLeadOn(flow: Flow, session: Session, port: string) {
  const step = stepAt(flow, session);
  const ports = waysBackOf(step);
  if (ports.includes(port)) return;
  throw new CrmflowError(
    'invalid_input',
    `port: ${step.id} has no way ${port}. It can be given back by ${ports.join(', ')}.`,
    { ports },
  );
}

const ENDED_BY_TIME = new Set<NonNullable<Session['wait']>['for']>(['message', 'person', 'webhook']);

/** Free text may go on in the next message; a file, or an answer of a form of its own, is whole. */
function mayBePart(
  { main: { settings } }: Flow,
  session: Session,
  { text, file }: Extract<Wake, { by: 'message' }>,
): boolean {
  const { wait, mode } = session;
  const isText = wait?.for === 'message' && wait.expects.kind === 'text';
  if (!settings.debounceMs || mode !== 'auto' || !isText || file) return false;
  const parts = [...partsIn(session), text];
  return parts.length < MAX_PARTS && joined(parts).length < settings.limits.messageChars;
}

function notWaiting(session: Session, wake: Wake): CrmflowError {
  const { by } = wake;
  const { status, wait } = session;
  if (by === 'webhook') return isComing(session, wake.hook) ? TOO_EARLY() : nothingWaits();
  if (!isOpen(session)) return new CrmflowError('conflict', `The session has ${status}; start another one.`);
  if (wait?.for === 'client' && session.nodeId !== null)
    return new CrmflowError(
      'conflict',
      `The session does not wait for a ${by}: ${wait.to} ${pathOf(session, session.nodeId)} first.`,
    );
  return new CrmflowError('conflict', `The session does not wait for a ${by}: ${standing(wait)}.`);
}
const TOO_EARLY = () =>
  new CrmflowError('conflict', 'The conversation does not wait for this yet. Call again in a moment.', {
    retryAfter: 2,
  });
function standing(wait: Session['wait']): string {
  if (!wait) return 'it is at work';
  return wait.for === 'time' ? `it waits until ${wait.until}` : `it waits for ${wait.for}`;
}

function clientMay(session: Session, to: 'execute' | 'advance', nodeId: string) {
  const active = session.nodeId && pathOf(session, session.nodeId);
  if (session.mode !== 'step')
    throw new CrmflowError('conflict', 'The session runs in auto mode: the server moves it on by itself.');
  if (active !== nodeId)
    throw new CrmflowError(
      'conflict',
      `${nodeId} is not the active node${active ? `: that is ${active}` : ''}.`,
    );
  if (session.wait?.for !== 'client' || session.wait.to !== to)
    throw new CrmflowError(
      'conflict',
      to === 'execute' ? `${nodeId} has been executed already.` : `${nodeId} has not finished yet.`,
    );
}
