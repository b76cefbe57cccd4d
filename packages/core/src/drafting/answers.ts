import { z } from 'zod';
import { isMap, type Json } from '../language/json.ts';
import { fieldShape } from '../nodes/ai/fields.ts';
import type { AiRequest } from '../ports.ts';
import type { Exchange, ModelAnswer } from '../workflow/conversation.ts';
import type { Node } from '../workflow/workflow.ts';
import type { Hints } from './literals.ts';
import { numbersAround, textsAmong } from './literals.ts';
import { valuesFor, variantsOf, type Values } from './variants.ts';

/** What may come of the outside at one node: everything worth trying, the usual first. */
export interface Expected {
  node: Node;
  samples: readonly Json[];
  hints: Hints;
}

/** What a model may answer: as it was asked to, in every way it may, and not at all. */
export function modelAnswers(expected: Expected, { ways, schema }: AiRequest): ModelAnswer[] {
  const { samples } = expected;
  const none: ModelAnswer[] = [{ fails: 'unavailable' }, { fails: 'budget' }];
  if (ways)
    return [
      ...ways.map(({ name }) => ({ json: { intent: name, confidence: 0.9 } })),
      { json: { intent: 'else', confidence: 0 } },
      ...none,
    ];
  if (schema)
    return [...maps(samples), ...filled(expected), {}].map((json): ModelAnswer => ({ json })).concat(none);
  const texts = samples.filter((sample) => typeof sample === 'string');
  return [...texts, 'Here is what I can tell you about that.']
    .map((text): ModelAnswer => ({ text }))
    .concat(none);
}

const maps = (samples: readonly Json[]) =>
  samples.filter((sample) => typeof sample === 'object' && sample !== null);

const Fields = z.object({ fields: z.record(z.string(), z.looseObject(fieldShape)).catch({}) });

/** Every field of an extraction, filled in with whatever makes a difference. */
function filled({ node, hints }: Expected): Values[] {
  const { fields } = Fields.parse(node.data);
  const options = Object.entries(fields).map(([name, { type, choices }]): [string, Json[]] => {
    const constants = hints.constants(name);
    if (choices) return [name, choices];
    if (type === 'boolean') return [name, [true, false]];
    if (type === 'number' || type === 'integer') return [name, [VALUES[type], ...numbersAround(constants)]];
    return [name, type === 'text' ? [VALUES.text, ...textsAmong(constants)] : [VALUES[type]]];
  });
  return variantsOf(Object.fromEntries(options)).slice(0, MOST_VARIANTS);
}
const MOST_VARIANTS = 32;
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
  kind: z.string().catch('http'),
  results: z.record(z.string(), z.string()).catch({}),
  statusPorts: z.record(z.string(), z.string()).catch({}),
});

/** What a service may answer: well, with what makes a difference later; by each status that has a way; and with a refusal. */
export function httpAnswers({ node, samples, hints }: Expected): Pick<Exchange, 'status' | 'json'>[] {
  const { kind, results, statusPorts } = Call.parse(node.data);
  const usual = usualOf(kind) ?? bodiesFor(results, hints);
  const bodies = [...samples, ...usual].slice(0, MOST_VARIANTS);
  const named = Object.keys(statusPorts).map((status) => Number(status.replace('xx', '00')));
  const isFree = (status: number) =>
    !named.includes(status) && !(`${Math.floor(status / 100)}xx` in statusPorts);
  // Asked again after a 5xx, a service would have to answer more than once.
  const refused = [400, 404, 409, 302, 500].find(isFree);
  return [
    ...bodies.map((json) => ({ status: 200, json })),
    ...named.filter((status) => status !== 200).map((status) => ({ status, json: bodies[0]! })),
    ...(refused === undefined ? [] : [{ status: refused, json: {} }]),
  ];
}

/** What services that are known by name answer. */
function usualOf(kind: string): Json[] | undefined {
  if (kind.startsWith('twilio_')) return [{ sid: 'SM0', status: 'queued' }];
  // One that each of the CRMs could have given.
  return kind === 'crm_contact' ? [{ id: '003000000000001', data: { id: 1 }, records: [] }] : undefined;
}

/** Answers that hold something at each path. */
function bodiesFor(results: Readonly<Record<string, string>>, hints: Hints): Json[] {
  const paths = Object.entries(results).filter(([, path]) => path !== '$status');
  const options = Object.fromEntries(paths.map(([name]) => [name, valuesFor(name, hints)]));
  return variantsOf(options).map((values) =>
    paths.reduce<Json>((body, [name, path]) => put(body, stepsOf(path), values[name]!), {}),
  );
}

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
  const map = isMap(into) ? into : {};
  return { ...map, [step]: put(map[step] ?? {}, rest, value) };
}
