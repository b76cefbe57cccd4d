import type { Declared, VariableType } from '../language/types.ts';
import { languageIn } from '../nodes/data.ts';
import type { Callables } from './called.ts';
import type { Look } from './look.ts';
import { rings } from './rings.ts';
import { callIn, isSet, type SoundNode } from './step.ts';
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
  [...sound.values()].flatMap(({ id, data, kind }) => {
    const locals = kind.locals?.(data) ?? [];
    const known = locals.length ? new Map([...declared, ...locals]) : declared;
    return languageIn(data).flatMap(({ field, checked }) =>
      checked.problems(known).map((message): Problem => ({
        severity: 'error',
        nodeId: id,
        field,
        message: `${id}, ${field}: ${message}`,
      })),
    );
  });

/** Variables that are read where nothing can have set them: only the node itself does, or nodes no way leads to. */
export function unsetVariables({ sound, unsound, reached, ways }: Look, declared: Declared): Problem[] {
  const setters = new Map<string, string[]>();
  const note = (id: string, name: string) => {
    const others = setters.get(name);
    if (others) others.push(id);
    else setters.set(name, [id]);
  };
  for (const step of sound.values()) for (const [name] of setsOf(step, declared, null)) note(step.id, name);
  for (const { node } of unsound) for (const name of namesIn(node)) note(node.id, name);

  let repeated: ReadonlySet<string> | undefined;
  const isRepeated = (id: string) => (repeated ??= new Set(rings(ways).flat())).has(id);
  const why = (step: SoundNode, name: string, field: string): string | undefined => {
    if (step.kind.locals?.(step.data).some(([local]) => local === name)) return undefined;
    const all = setters.get(name) ?? [];
    const live = all.filter((id) => reached.has(id));
    if (!all.length || live.some((id) => id !== step.id)) return undefined;
    if (!live.length)
      return `${name} never has a value, for no way leads to what sets it: ${all.join(', ')}.`;
    // It may have set it itself: on a line above, or the last time round.
    if (isSet(step) ? isAbove(step, name, field) : isRepeated(step.id)) return undefined;
    return `${name} has no value here at first, for nothing else sets it. Give it one before, or a default.`;
  };
  return [...sound.values()]
    .filter(({ id }) => reached.has(id))
    .flatMap((step) =>
      languageIn(step.data).flatMap(({ field, checked: { names, source } }) =>
        [...new Set(names)].flatMap((name): Problem[] => {
          const message = why(step, name, field);
          if (message === undefined || isGuarded(source, name)) return [];
          return [
            { severity: 'warning', nodeId: step.id, field, message: `${step.id}, ${field}: ${message}` },
          ];
        }),
      ),
    );
}

function isAbove({ data }: SoundNode, name: string, field: string): boolean {
  const lines = Object.keys((data as { values?: object }).values ?? {});
  if (field.startsWith('contact.')) return lines.includes(name);
  return lines.indexOf(name) < lines.indexOf(field.slice('values.'.length));
}

/** Whether a text or an expression says what holds without a value: it may be read before there is one. */
function isGuarded(source: string, name: string): boolean {
  const guards = [
    `\\b(?:default|has)\\(\\s*${name}\\b`,
    `\\b${name}\\s*\\.\\s*default\\(`,
    `\\b${name}\\s*[!=]=\\s*null\\b`,
    `\\bnull\\s*[!=]=\\s*${name}\\b`,
    `\\{\\{[^}]*\\b${name}\\b[^}]*\\|\\s*default\\b`,
    `\\{%-?\\s*(?:if|elsif|unless|case|for)\\b[^%]*\\b${name}\\b`,
  ];
  return guards.some((guard) => new RegExp(guard).test(source));
}
