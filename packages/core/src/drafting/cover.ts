import { ExpectedConversation } from '../workflow/conversation.ts';
import { wayTo, type Visit } from './visit.ts';

/** Few conversations that together take every way that any of these has taken. */
export function conversationsOf(ended: readonly Visit[]): ExpectedConversation[] {
  const left = ended.map((visit) => ({ visit, ways: waysOf(visit) }));
  const covered = new Set<string>();
  const chosen: ExpectedConversation[] = [];
  for (;;) {
    const counted = left.map(({ visit, ways }) => ({
      visit,
      fresh: ways.filter((way) => !covered.has(way)),
    }));
    const best = counted.reduce((one, other) => (isBetter(other, one) ? other : one));
    if (chosen.length && !best.fresh.length) return chosen;
    for (const way of best.fresh) covered.add(way);
    chosen.push(conversationOf(best.visit, best.fresh));
    if (!best.fresh.length) return chosen;
  }
}

interface Counted {
  visit: Visit;
  fresh: readonly string[];
}
const isBetter = (one: Counted, other: Counted) =>
  one.fresh.length === other.fresh.length
    ? one.visit.turns < other.visit.turns
    : one.fresh.length > other.fresh.length;

export const waysOf = (visit: Visit): string[] => [...new Set(wayTo(visit).flatMap(({ ways }) => ways))];

const MOST_NAMED = 3;

/** A conversation as it stands beside a workflow, named after what it shows that those before did not. */
function conversationOf(visit: Visit, fresh: readonly string[]): ExpectedConversation {
  const way = wayTo(visit);
  const { outcome } = visit.played.session;
  const shown = fresh.filter((each) => !each.endsWith('.out')).slice(0, MOST_NAMED);
  const ai = way.flatMap((each) => each.ai);
  return ExpectedConversation.parse({
    name: `${outcome ?? 'the end'}${shown.length ? `, by ${shown.join(', ')}` : ''}`,
    ...visit.beginning,
    http: way.flatMap((each) => each.http),
    ...(ai.length && { ai }),
    talk: way.flatMap(({ lines }) => lines),
    outcome,
  });
}
