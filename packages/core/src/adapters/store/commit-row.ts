import { eventOf } from '../../session/draft.ts';
import type { LogEntry } from '../../session/session.ts';
import type { Commit, ThreadKeys } from '../../store.ts';
import { packed } from './packed.ts';
import { stateOf } from './rows.ts';

/** The short values of a commit, and their types. */
export const SCALARS = {
  change: 'text',
  id: 'text',
  fromStep: 'int',
  fromSeq: 'int',
  fromAttempt: 'int',
  workflowId: 'text',
  versionId: 'text',
  userId: 'text',
  starterId: 'text',
  contactId: 'text',
  tokenHash: 'text',
  mode: 'text',
  status: 'text',
  waitFor: 'text',
  outcome: 'text',
  reason: 'text',
  nodeId: 'text',
  step: 'int',
  seq: 'int',
  attempt: 'int',
  dueAt: 'timestamptz',
  createdAt: 'timestamptz',
  updatedAt: 'timestamptz',
  mustBeThere: 'text',
  lineSeq: 'int',
  messageId: 'text',
};
/** What is stored of it as JSON. */
export const DOCUMENTS = ['variables', 'state', 'lines', 'events', 'logs'] as const;

/** What a commit writes. */
export interface CommitRow {
  scalars: { id: string } & { [name in keyof typeof SCALARS]: unknown };
  /** As the texts that are stored; null where there is none. */
  documents: Record<(typeof DOCUMENTS)[number], string | null>;
  /** What few commits have: those are written one by one. */
  more: { thread: ThreadKeys | null; notices: string } | null;
}

/** Made when a commit is asked for: what it is made of has just been worked on, and is in no cache any more when its turn comes. */
export const rowOf = (commit: Commit, newLogId: () => string): CommitRow => ({
  scalars: scalarsOf(commit),
  documents: documentsOf(commit, newLogId),
  more: moreOf(commit),
});

/** The characters of what is stored of the session itself. */
export const sizeOf = ({ documents: { variables, state } }: CommitRow): number =>
  variables!.length + state!.length;

/** What never changes again is only said of a new session. */
function scalarsOf(commit: Commit): CommitRow['scalars'] {
  const { from, session, lines, messageId } = commit;
  const fresh = from ? null : session;
  const [first] = lines;
  // Field by field, absent ones undefined: spreading what is there would take longer than the rest of a commit.
  return {
    change: fresh ? 'begin' : 'move',
    id: session.id,
    fromStep: from?.step,
    fromSeq: from?.seq,
    fromAttempt: from?.attempt,
    workflowId: fresh?.workflowId,
    versionId: fresh?.versionId,
    userId: fresh?.userId,
    starterId: fresh?.starterId,
    contactId: fresh?.contactId,
    tokenHash: fresh?.tokenHash,
    mode: fresh?.mode,
    createdAt: fresh?.createdAt,
    status: session.status,
    waitFor: session.wait?.for,
    outcome: session.outcome,
    reason: session.reason,
    nodeId: session.nodeId,
    step: session.step,
    seq: session.seq,
    attempt: session.attempt,
    dueAt: session.dueAt,
    updatedAt: session.updatedAt,
    mustBeThere: commit.workflowId ?? undefined,
    lineSeq: first && eventOf(first),
    messageId: first && messageId,
  };
}

const documentsOf = (
  { session, lines, events, logs }: Commit,
  newLogId: () => string,
): CommitRow['documents'] => ({
  variables: JSON.stringify(session.variables),
  state: JSON.stringify(stateOf(session)),
  lines: listOf(lines),
  events: listOf(packed(events, lines)),
  logs: JSON.stringify(logs.map((entry) => logRow(entry, newLogId()))),
});

const moreOf = ({ session, thread, notices = [] }: Commit): CommitRow['more'] =>
  session.channel === null && thread === undefined && notices.length === 0
    ? null
    : {
        thread: thread ?? null,
        notices: JSON.stringify(notices.map(({ seq, ...content }) => ({ seq, content }))),
      };

const listOf = (list: readonly unknown[]) => (list.length > 0 ? JSON.stringify(list) : null);
const logRow = ({ eventType, nodeId, nodeType, data }: LogEntry, id: string) => ({
  id,
  eventType,
  nodeId,
  nodeType,
  data,
});
