import { begin } from '../packages/core/src/session/begin.ts';
import { play } from '../packages/core/src/session/play.ts';
import type { Session } from '../packages/core/src/session/session.ts';
import { compileFlow } from '../packages/core/src/workflow/flow.ts';
import { versionOf } from '../packages/core/src/workflow/version.ts';
import { tenNodes } from './ten-nodes.ts';

/** Decisions a turn makes: ask, greet, count, check, many or few, one, two, three, ask. */
export const STEPS = 9;
const now = new Date('2026-01-05T09:00:00Z');
const moment = { now, spentMs: () => 0 };

/** What plays a thousand turns of the ten nodes in memory, events, transcript and all. */
export function playTurns(): () => number {
  const flow = compileFlow(versionOf(tenNodes, {}, () => 'ten'));
  const beginning = {
    id: 's',
    workflowId: 'w',
    userId: null,
    starterId: null,
    tokenHash: '',
    mode: 'auto',
    inputs: {},
  } as const;
  const first = play(flow, begin(flow, beginning, now.toISOString()).session, null, moment).session;
  return () => {
    let session: Session = first;
    for (let turn = 0; turn < 1_000; turn++)
      session = play(flow, session, { by: 'message', text: 'again' }, moment).session;
    if (session.step !== first.step + STEPS * 1_000) throw new Error(`${session.step} steps`);
    return STEPS * 1_000;
  };
}
