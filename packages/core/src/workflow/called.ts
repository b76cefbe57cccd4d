import type { z } from 'zod';
import type { Declared } from '../language/types.ts';
import type { TriggerData } from '../nodes/trigger/inputs.ts';
import type { Look } from './look.ts';
import { callIn, mayStand, outcomeOf } from './step.ts';
import { declaredIn } from './variables.ts';

/** What a caller may know of a workflow it calls. */
export interface Called {
  /** What its trigger declares; null when that cannot be read. */
  readonly inputs: z.output<typeof TriggerData>['inputs'] | null;
  /** What it may have set when it comes back. */
  readonly variables: Declared;
  /** The labels of its end nodes. */
  readonly outcomes: readonly string[];
  /** Whether it may stand still before it comes back. */
  readonly mayWait: boolean;
}

/** The workflows that were looked up. */
export interface Callables {
  /** By the name it is called by. */
  get(name: string): Called | undefined;
  /** Of these, and of others that might have been meant. */
  readonly names: readonly string[];
}

export function callablesIn(looks: ReadonlyMap<string, Look>, names: readonly string[]): Callables {
  const known = new Map<string, Called>();
  const callables: Callables = {
    names: [...looks.keys(), ...names],
    get(name) {
      const before = known.get(name);
      const look = looks.get(name);
      if (before || !look) return before;
      const called = { inputs: inputsOf(look), outcomes: outcomesOf(look), mayWait: mayWait(name, looks) };
      // Workflows may call one another in a circle: meanwhile nothing is known of the types of its variables.
      known.set(name, { ...called, variables: new Map() });
      const whole = { ...called, variables: declaredIn(look, callables) };
      known.set(name, whole);
      return whole;
    },
  };
  return callables;
}

function inputsOf({ sound }: Look): Called['inputs'] {
  const trigger = [...sound.values()].find(({ kind }) => kind.type === 'trigger');
  return trigger ? (trigger.data as z.output<typeof TriggerData>).inputs : null;
}

const outcomesOf = ({ sound }: Look): string[] =>
  [...sound.values()].flatMap((step) => outcomeOf(step) ?? []);

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
