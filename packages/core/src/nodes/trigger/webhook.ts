import { z } from 'zod';
import { CrmflowError } from '../../errors.ts';
import type { Json } from '../../language/json.ts';
import type { Scope } from '../../language/scope.ts';
import { merged } from '../../language/variables.ts';
import { expression, variableName } from '../data.ts';
import { PersonRules, type Address } from '../contact.ts';
import { definePure, next } from '../node.ts';
import { inputProblems, inputs, inputTypes } from './inputs.ts';

const Data = z.strictObject({
  inputs: inputs(),
  key: z
    .string()
    .regex(
      /^(?:http:[a-z][a-z0-9_-]{0,62}|webhook(?:-[a-z0-9_-]{1,50})?)$/,
      'a key is named as it was stored, webhook or http:crm; the secret itself stays out of the file',
    )
    .default('webhook')
    .meta({
      description: 'The name of the stored key that what comes is signed with: `webhook`, `http:crm`.',
    }),
  set: z
    .record(variableName(), expression())
    .default({})
    .meta({ description: 'An input → a CEL expression over `body`, what was sent.' }),
  /** Whom the session is held with: a contact of the owner's, found by its number, else by its e-mail address, or made. */
  contact: z
    .strictObject({ phone: expression('text').optional(), email: expression('text').optional() })
    .refine(({ phone, email }) => phone ?? email, 'give one of phone and email')
    .optional(),
});
type Data = z.output<typeof Data>;

export const webhookTrigger = definePure({
  type: 'trigger',
  kind: 'webhook',
  summary:
    'Where a workflow begins when another system calls, by a signed POST; declares what it may be started with.',
  data: Data,
  sets: inputTypes,
  locals: () => [['body', 'any']],
  problems: (data) => [...inputProblems(data), ...setProblems(data)],
  // Started by hand it goes on with what it was given.
  run: () => next(),
});

function setProblems({ inputs: declared, set, contact }: Data) {
  const early = (field: string, names: readonly string[]) =>
    names
      .filter((name) => name !== 'body')
      .map((name) => ({ field, message: `there is only body yet, and no ${name}` }));
  const isDeclared = (name: string) => declared.some((input) => input.name === name);
  return [
    ...early('contact.phone', contact?.phone?.names ?? []),
    ...early('contact.email', contact?.email?.names ?? []),
    ...Object.entries(set).flatMap(([name, { names }]) => [
      ...(isDeclared(name) ? [] : [{ field: `set.${name}`, message: `${name} is no declared input` }]),
      ...early(`set.${name}`, names),
    ]),
  ];
}

/** What the webhook trigger of a graph holds; null where it begins in another way, or not yet soundly. */
export function webhookIn(nodes: readonly { type: string; data: Record<string, Json> }[]): Data | null {
  const { kind, ...data } = nodes.find(({ type }) => type === 'trigger')?.data ?? {};
  const read = kind === 'webhook' ? Data.safeParse(data) : undefined;
  return read?.success ? read.data : null;
}

/** The inputs that a body fills. What is not there was not given: then the default holds. */
export function inputsFrom({ set }: Data, body: Json, place: Omit<Scope, 'variables'>): Record<string, Json> {
  const scope: Scope = { ...place, variables: merged({ body }) };
  const values = Object.entries(set).map(([name, each]): [string, Json] => [name, each.evaluate(scope)]);
  return Object.fromEntries(values.filter(([, value]) => value !== null));
}

/**
 * By what whom the session is held with is found; null where nobody is named. Refuses (`invalid_input`) what is no number and
 * no e-mail address.
 */
export function addressFrom({ contact }: Data, body: Json, place: Omit<Scope, 'variables'>): Address | null {
  const scope: Scope = { ...place, variables: merged({ body }) };
  const phone = read('phone', contact?.phone?.evaluate(scope));
  if (phone !== null) return { phone };
  const email = read('email', contact?.email?.evaluate(scope));
  return email === null ? null : { email };
}

function read(field: keyof typeof WANTED, given: Json | undefined): string | null {
  const value = given ?? null;
  if (value === null) return null;
  const result = PersonRules[field].safeParse(value);
  if (result.success) return result.data;
  throw new CrmflowError('invalid_input', `contact.${field}: ${WANTED[field]}`);
}
const WANTED = {
  phone: 'the number is none of the form +4930123456.',
  email: 'the e-mail address is none like ada@example.com.',
};
