import type { Way, Ways } from './ways.ts';

/** The innermost loop each node is in, by the id of its `each`. Nodes in none are left out. */
export type Loops = ReadonlyMap<string, string>;

/**
 * What belongs to the loop of an `each`: the nodes that can be come to from the trigger, but only by its `item`. Loops
 * stand side by side or inside one another, so the innermost of each node tells them all.
 */
export function loopsIn(trigger: string, ways: Ways, eachIds: readonly string[]): Loops {
  const ids = [...ways.keys()];
  const numbers = new Map(ids.map((id, at) => [id, at]));
  const targets = (out: readonly Way[]) => out.map(({ to }) => numbers.get(to)!);
  const out = ids.map((id) => targets(ways.get(id)!));
  const from = numbers.get(trigger)!;
  const reached = marked(from, out);
  const loops = new Map<string, string>();
  const sizes = ids.map(() => Infinity);
  for (const id of eachIds) {
    const others = ways.get(id)!.filter(({ port }) => port !== 'item');
    const besides = marked(from, out.with(numbers.get(id)!, targets(others)));
    const body = [...ids.keys()].filter((at) => reached[at] && !besides[at]);
    for (const at of body) {
      if (body.length >= sizes[at]!) continue;
      sizes[at] = body.length;
      loops.set(ids[at]!, id);
    }
  }
  return loops;
}

/** Whether a node is in the loop of an `each`, straight or in a loop inside it. */
export function isInLoop(loops: Loops, id: string, each: string): boolean {
  let loop = loops.get(id);
  while (loop !== undefined && loop !== each) loop = loops.get(loop);
  return loop === each;
}

/** Numbers instead of ids: it is asked once for each loop, of which there may be thousands. */
function marked(start: number, out: readonly (readonly number[])[]): Uint8Array {
  const reached = new Uint8Array(out.length);
  reached[start] = 1;
  const left = [start];
  for (let at = left.pop(); at !== undefined; at = left.pop())
    for (const to of out[at]!)
      if (!reached[to]) {
        reached[to] = 1;
        left.push(to);
      }
  return reached;
}
