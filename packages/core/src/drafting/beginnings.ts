import { isMap, type Json } from '../language/json.ts';
import type { VariableType } from '../language/types.ts';
import { TriggerData } from '../nodes/trigger/inputs.ts';
import type { Graph } from '../workflow/workflow.ts';
import { numbersAround, textsAmong, type Hints } from './literals.ts';
import type { Samples } from './draft.ts';
import { variantsOf, type Values } from './variants.ts';

/** When a conversation begins, and with what. */
export interface Beginning {
  at: string;
  variables: Values;
  /** Whom it is with, where that makes a difference. */
  contact?: typeof SOMEBODY;
}
interface Known {
  samples: Samples;
  hints: Hints;
  deciding: ReadonlySet<string>;
}

/** A Monday morning, and times at which nobody works. */
const MORNING = '2026-01-05T09:00:00.000Z';
const OTHERS = ['2026-01-05T20:30:00.000Z', '2026-01-10T12:00:00.000Z'];
const MOST = 24;
/** A contact that is known. */
export const SOMEBODY = { name: 'Ada', email: 'ada@example.org', phone: '+12125550123' };

/** All beginnings worth trying: the usual one first, others only where it makes a difference. */
export function beginningsOf(graph: Graph, { samples, hints, deciding }: Known): Beginning[] {
  const trigger = graph.nodes.find(({ type }) => type === 'trigger')!;
  const { kind: _kind, ...data } = trigger.data;
  const inputs = TriggerData.parse(data).inputs.flatMap(({ name, type, required, default: usual }) => {
    const values = [
      ...(usual === undefined && required ? [INPUTS[type]] : []),
      ...tried(type, hints.constants(name)),
    ];
    const isDeciding = deciding.has(name);
    return required || isDeciding ? [[name, usual === undefined ? values : [usual, ...values]] as const] : [];
  });
  const given = (samples.get(trigger.id) ?? []).filter(isMap);
  const options = Object.fromEntries(inputs.filter(([, values]) => values.length));
  const variables = [...given, ...variantsOf(options)].slice(0, MOST);
  const isTimely = deciding.has('now') || deciding.has('today');
  const people = deciding.has('contact') ? [{}, { contact: SOMEBODY }] : [{}];
  return [MORNING, ...(isTimely ? OTHERS : [])].flatMap((at) =>
    people.flatMap((who) => variables.map((each) => ({ at, variables: each, ...who }))),
  );
}

function tried(type: VariableType, constants: readonly (string | number)[]): Json[] {
  if (type === 'boolean') return [true, false];
  if (type === 'number') return numbersAround(constants);
  return type === 'text' ? textsAmong(constants) : [];
}

const INPUTS: Record<VariableType, Json> = {
  text: 'Ada',
  number: 12,
  boolean: true,
  date: '2026-01-12',
  time: '10:00',
  list: [],
  map: {},
  any: 'Ada',
};
