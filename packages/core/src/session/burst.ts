import type { Wake } from '../nodes/wait.ts';
import type { Flow } from '../workflow/flow.ts';
import { addLine, draftOf, pathOf, type Advanced, type Draft } from './draft.ts';
import type { Session } from './session.ts';

/** Keeps a message of which more may come, and waits on: what was said is one answer once the visitor has paused. */
export function listenOn(
  flow: Flow,
  session: Session,
  wake: Extract<Wake, { by: 'message' }>,
  { at, until }: { at: Date; until: Date },
): Advanced {
  const draft = draftOf(flow, session, at.toISOString());
  const { wait } = session;
  addLine(draft, 'user', pathOf(session, session.nodeId!), wake);
  if (wait?.for === 'message') draft.session.wait = { ...wait, heard: [...partsIn(session), wake.text] };
  draft.session.dueAt = until.toISOString();
  return draft;
}

/** What the visitor said goes into the transcript before anything comes of it. Parts that were kept come with it as one. */
export function hear(draft: Draft, wake: Wake): Wake {
  const { session } = draft;
  const parts = partsIn(session);
  if (wake.by !== 'message' && !parts.length) return wake;
  if (wake.by === 'message') addLine(draft, 'user', pathOf(session, session.nodeId!), wake);
  const text = joined(wake.by === 'message' ? [...parts, wake.text] : parts);
  session.message = text;
  if (session.wait?.for === 'message') {
    const { heard: _taken, ...wait } = session.wait;
    session.wait = wait;
  }
  return { ...wake, by: 'message', text };
}

/** The parts of an answer that were kept so far. */
export const partsIn = ({ wait }: Session): readonly string[] =>
  wait?.for === 'message' ? (wait.heard ?? []) : [];
export const joined = (parts: readonly string[]): string => parts.join('\n');
