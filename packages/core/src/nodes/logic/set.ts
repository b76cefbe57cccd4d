import { z } from 'zod';
import { merged } from '../../language/variables.ts';
import { expression, variableName } from '../data.ts';
import { definePure, next } from '../node.ts';
import { loadFor, writtenContact, writtenIn } from './set-contact.ts';

export const set = definePure({
  type: 'logic',
  kind: 'set',
  summary:
    'Sets variables, in order; each value is an expression and sees the ones before it. Writes what is known of the contact.',
  data: z
    .strictObject({
      values: z.record(variableName(), expression()).optional(),
      contact: writtenContact().optional(),
    })
    .refine(({ values, contact }) => values !== undefined || contact !== undefined, {
      path: ['values'],
      error: 'say what to set: values, or what to write of the contact',
    }),
  sets: ({ values = {} }, declared) =>
    Object.entries(values).map(([name, value]) => [name, value.typeIn(declared)] as const),
  load: ({ contact }) => contact && loadFor(contact),
  run({ values = {}, contact }, ctx) {
    const { scope } = ctx;
    const known = merged(scope.variables);
    const fresh = merged();
    for (const [name, value] of Object.entries(values))
      known[name] = fresh[name] = value.evaluate({ ...scope, variables: known });
    if (!contact) return next({ set: fresh });
    return next({
      set: fresh,
      contact: writtenIn(contact, { ...ctx, scope: { ...scope, variables: known } }),
    });
  },
});
