import type { Look } from './look.ts';
import { callIn, mayStand, outcomeOf } from './step.ts';

/** What a caller may know of a workflow it calls. */
export interface Called {
  /** The labels of its end nodes. */
  outcomes: readonly string[];
  /** Whether it may stand still before it comes back. */
  mayWait: boolean;
}

/** The workflows that were looked up, by the names they are called by. */
export type FindCalled = (name: string) => Called | undefined;

export function calledIn(looks: ReadonlyMap<string, Look>): FindCalled {
  const known = new Map<string, Called>();
  return (name) => {
    const before = known.get(name);
    const look = looks.get(name);
    if (before || !look) return before;
    const called = { outcomes: outcomesOf(look), mayWait: mayWait(name, looks) };
    known.set(name, called);
    return called;
  };
}

const outcomesOf = ({ sound }: Look): string[] =>
  [...sound.values()].flatMap((step) => {
    const outcome = outcomeOf(step);
    return outcome === undefined ? [] : [outcome];
  });

/** Whether someone or something is waited for in it, or in what it calls. */
function mayWait(name: string, looks: ReadonlyMap<string, Look>): boolean {
  const names = new Set([name]);
  for (const each of names) {
    const look = looks.get(each);
    if (!look) return true;
    const steps = [...look.sound.values()].filter(({ id }) => look.reached.has(id));
    if (steps.some(mayStand)) return true;
    for (const step of steps) {
      const call = callIn(step);
      if (call) names.add(call.workflow);
    }
  }
  return false;
}
