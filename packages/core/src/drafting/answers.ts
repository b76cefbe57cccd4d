import { z } from 'zod';
import type { Json } from '../language/json.ts';
import { fieldShape } from '../nodes/ai/fields.ts';
import type { AiRequest } from '../ports.ts';
import type { Exchange, ModelAnswer } from '../workflow/conversation.ts';
import type { Node } from '../workflow/workflow.ts';
import type { Hints } from './literals.ts';
import { numbersAround } from './literals.ts';

/** What may come of the outside at one node: everything worth trying, the usual first. */
export interface Expected {
  node: Node;
  samples: readonly Json[];
  hints: Hints;
}

/** What a model may answer: as it was asked to, in every way it may, and not at all. */
export function modelAnswers({ node, samples }: Expected, { ways, schema }: AiRequest): ModelAnswer[] {
  const none: ModelAnswer[] = [{ fails: 'unavailable' }, { fails: 'budget' }];
  if (ways)
    return [
      ...ways.map(({ name }) => ({ json: { intent: name, confidence: 0.9 } })),
      { json: { intent: 'else', confidence: 0 } },
      ...none,
    ];
  if (schema)
    return [...maps(samples), fieldsOf(node), {}].map((json): ModelAnswer => ({ json })).concat(none);
  const texts = samples.filter((sample) => typeof sample === 'string');
  return [...texts, 'Here is what I can tell you about that.']
    .map((text): ModelAnswer => ({ text }))
    .concat(none);
}

const maps = (samples: readonly Json[]) =>
  samples.filter((sample) => typeof sample === 'object' && sample !== null);

const Fields = z.object({ fields: z.record(z.string(), z.looseObject(fieldShape)).catch({}) });

/** Every field of an extraction, filled in. */
function fieldsOf({ data }: Node): Json {
  const { fields } = Fields.parse(data);
  return Object.fromEntries(
    Object.entries(fields).map(([name, { type, choices }]) => [name, choices?.[0] ?? VALUES[type]]),
  );
}
const VALUES: Record<z.infer<(typeof fieldShape)['type']>, Json> = {
  text: 'Ada Lovelace',
  number: 12.5,
  integer: 12,
  boolean: true,
  date: '2026-01-12',
  time: '10:00',
  email: 'ada@example.com',
  phone: '+44 20 7946 0123',
  url: 'https://example.com',
  choice: '',
};

const Call = z.object({
  results: z.record(z.string(), z.string()).catch({}),
  statusPorts: z.record(z.string(), z.string()).catch({}),
});

/** What a service may answer: well, with what makes a difference later; by each status that has a way; and with a refusal. */
export function httpAnswers({ node, samples, hints }: Expected): Pick<Exchange, 'status' | 'json'>[] {
  const { results, statusPorts } = Call.parse(node.data);
  const bodies = distinct([...samples, ...bodiesFor(results, hints)]).slice(0, MOST_BODIES);
  const named = Object.keys(statusPorts).map((status) => Number(status.replace('xx', '00')));
  // Asked again after a 5xx, a service would have to answer more than once.
  const refused = [400, 404, 409, 302, 500].find(
    (status) => !named.includes(status) && !(`${String(status)[0]}xx` in statusPorts),
  );
  return [
    ...bodies.map((json) => ({ status: 200, json })),
    ...named.filter((status) => status !== 200).map((status) => ({ status, json: bodies[0]! })),
    ...(refused === undefined ? [] : [{ status: refused, json: {} }]),
  ];
}
const MOST_BODIES = 32;
const distinct = (bodies: readonly Json[]): Json[] => [
  ...new Map(bodies.map((body) => [JSON.stringify(body), body])).values(),
];

/** An answer that holds something at each path, and one for each value that something is compared with. */
function bodiesFor(results: Readonly<Record<string, string>>, hints: Hints): Json[] {
  const paths = Object.entries(results).filter(([, path]) => path !== '$status');
  const values = new Map(paths.map(([name]) => [name, valuesFor(hints.get(name) ?? [])]));
  const body = (base: number, other?: { name: string; value: Json }) =>
    paths.reduce<Json>((made, [name, path]) => {
      const value = other?.name === name ? other.value : values.get(name)!.at(base)!;
      return put(made, stepsOf(path), value);
    }, {});
  // Beside the first of all others, which the first condition is often about, and beside the last.
  return [0, -1].flatMap((base) => [
    body(base),
    ...paths.flatMap(([name]) => values.get(name)!.map((value) => body(base, { name, value }))),
  ]);
}

const valuesFor = (hints: readonly (string | number)[]): Json[] => {
  const texts = hints.filter((hint) => typeof hint === 'string');
  return [
    ...texts,
    ...numbersAround(hints),
    ...(texts.length ? ['another'] : hints.length ? [] : ['Sample']),
  ];
};

const stepsOf = (path: string): string[] => path.match(/[^.[\]]+/g) ?? [];

/** A value put where a path leads. */
function put(into: Json, [step, ...rest]: readonly string[], value: Json): Json {
  if (step === undefined) return value;
  if (/^\d$/.test(step)) {
    const list = Array.isArray(into) ? [...into] : [];
    while (list.length <= Number(step)) list.push({});
    list[Number(step)] = put(list[Number(step)]!, rest, value);
    return list;
  }
  const map = typeof into === 'object' && into !== null && !Array.isArray(into) ? into : {};
  return { ...map, [step]: put(map[step] ?? {}, rest, value) };
}
