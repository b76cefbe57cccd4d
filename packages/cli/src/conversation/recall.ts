import type { Message } from '@crmflow/core';
import type { SessionView } from '../views.ts';
import type { Say } from './speaker.ts';

/** Says once more what was said last, so that one knows what to answer. */
export function recall(say: Say, { items }: { items: Message[] }, { wait, nodeId, seq }: SessionView): void {
  const last = items.findLastIndex(({ from }) => from === 'user');
  for (const message of items.slice(last + 1)) say({ type: 'session:message', seq, message });
  if (wait?.for !== 'message') return;
  say({ type: 'system:waiting_for_input', seq, nodeId: nodeId!, label: '', expects: wait.expects });
}
