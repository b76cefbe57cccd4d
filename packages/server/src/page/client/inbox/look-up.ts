import type { CRMFlow, SessionEvent } from '@crmflow/sdk';
import type { Known, Told, Words } from './waiting.ts';
import { whoOf } from './who.ts';

/** So far back one looks for what was said: most conversations are shorter. */
const TAIL = 200;

/** What a list shows of a conversation besides what was told of it. */
export async function lookUp(client: CRMFlow, told: Told): Promise<Known> {
  const { sessionId: id, nodeId, lastSeq } = told;
  const [who, { items }] = await Promise.all([
    whoOf(client, told),
    client.sessions.events({ id, after: Math.max(0, lastSeq - TAIL), limit: TAIL }),
  ]);
  const words = items.flatMap((event) => wordsIn(event) ?? []).at(-1) ?? null;
  // Whoever has answered has read what was said before.
  const begun = items.findLastIndex(
    (event) =>
      (event.type === 'workflow:node_activated' && event.node.id === nodeId) || wordsIn(event)?.isOurs,
  );
  const said = items.slice(begun + 1).filter((event) => wordsIn(event)?.isOurs === false);
  return { who, words, said: said.map(({ seq }) => seq) };
}

/** What a visitor or a person has said; what the workflow says by itself is no news to whoever answers. */
export function wordsIn(event: SessionEvent): Words | null {
  if (event.type !== 'session:message') return null;
  const { from, author, text } = event.message;
  if (from === 'bot' && author !== 'person') return null;
  return { seq: event.seq, text, isOurs: from === 'bot' };
}
