import type { Declared, VariableType } from '../language/types.ts';
import { languageIn } from '../nodes/data.ts';
import type { Callables } from './called.ts';
import type { Look } from './look.ts';
import { callIn, type SoundNode } from './step.ts';
import type { Node, Problem } from './workflow.ts';

/** The variables of a workflow with their types: what its nodes declare, ask for and set. */
export function declaredIn({ sound, unsound }: Look, callables: Callables | null): Declared {
  const known = new Map<string, VariableType>([['error', 'map']]);
  for (const { node } of unsound) for (const name of namesIn(node)) known.set(name, 'any');
  let declared: Declared = known;
  // A set may build on another set further on: types settle within as many rounds as they build on each other.
  for (let round = 0; round < 4; round++) {
    const found = new Map(known);
    for (const step of sound.values())
      for (const [name, type] of setsOf(step, declared, callables)) {
        const other = found.get(name);
        found.set(name, other === undefined || other === type ? type : 'any');
      }
    declared = found;
  }
  return declared;
}

type Setting = readonly (readonly [string, VariableType])[];
/** What a step sets; what a call takes back has the type it has there. */
function setsOf(step: SoundNode, declared: Declared, callables: Callables | null): Setting {
  const call = callIn(step);
  if (!call) return step.kind.sets?.(step.data, declared) ?? [];
  const there = callables?.get(call.workflow)?.variables;
  return Object.entries(call.results).map(([here, name]) => [here, there?.get(name) ?? 'any']);
}

/** What a node would set if it were sound, as far as that can be read: one slip is one problem. */
function namesIn({ data }: Node): string[] {
  const { kind, saveAs, values, results, inputs, item = kind === 'each' && 'item', index } = data;
  const declared = Array.isArray(inputs) ? inputs.map((input) => keysOf(input).name) : [];
  const named = [saveAs, ...(kind === 'each' ? [item, index] : []), ...declared];
  return [
    ...named.filter((name) => typeof name === 'string'),
    ...Object.keys(keysOf(values)),
    ...Object.keys(keysOf(results)),
  ];
}
const keysOf = (value: unknown): { readonly [key: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};

/** Every use of a variable nobody declares or sets, and every wrong type. */
export const misusedVariables = ({ sound }: Look, declared: Declared): Problem[] =>
  [...sound.values()].flatMap(({ id, data }) =>
    languageIn(data).flatMap(({ field, checked }) =>
      checked.problems(declared).map((message): Problem => ({
        severity: 'error',
        nodeId: id,
        field,
        message: `${id}, ${field}: ${message}`,
      })),
    ),
  );
