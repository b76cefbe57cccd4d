import type { Message } from '@crmflow/core';
import type { Crmflow } from '@crmflow/core/contract';
import { allOf } from '../pages.ts';
import type { SessionView } from '../views.ts';
import type { Say } from './speaker.ts';

/** All that was said in a session. */
export const transcriptOf = (api: Crmflow, id: string): Promise<Message[]> =>
  allOf((page) => api.sessions.messages({ id, ...page }));

/** Says once more what was said last, so that one knows what to answer. */
export function recall(say: Say, lines: readonly Message[], { wait, nodeId, seq }: SessionView): void {
  const last = lines.findLastIndex(({ from }) => from === 'user');
  for (const message of lines.slice(last + 1)) say({ type: 'session:message', seq, message });
  if (wait?.for !== 'message') return;
  say({ type: 'system:waiting_for_input', seq, nodeId: nodeId!, label: '', expects: wait.expects });
}
