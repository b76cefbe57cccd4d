import type { Ways } from './ways.ts';

/** The strongly connected parts that hold a cycle, each in order of discovery. Tarjan's algorithm, without recursion. */
export function rings(ways: Ways): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const onStack = new Set<string>();
  const stack: string[] = [];
  const found: string[][] = [];
  for (const root of ways.keys()) {
    if (index.has(root)) continue;
    const work: { id: string; next: number }[] = [{ id: root, next: 0 }];
    while (work.length) {
      const top = work.at(-1)!;
      const { id } = top;
      if (top.next === 0) {
        low.set(id, index.size);
        index.set(id, index.size);
        stack.push(id);
        onStack.add(id);
      }
      const out = ways.get(id)!;
      const way = out[top.next++];
      if (way) {
        if (!index.has(way.to)) work.push({ id: way.to, next: 0 });
        else if (onStack.has(way.to)) low.set(id, Math.min(low.get(id)!, index.get(way.to)!));
        continue;
      }
      work.pop();
      const parent = work.at(-1);
      if (parent) low.set(parent.id, Math.min(low.get(parent.id)!, low.get(id)!));
      if (low.get(id) !== index.get(id)) continue;
      const part = stack.splice(stack.lastIndexOf(id));
      for (const each of part) onStack.delete(each);
      if (part.length > 1 || out.some(({ to }) => to === id)) found.push(part);
    }
  }
  return found;
}
