import { z } from 'zod';
import { operation } from './operation.ts';
import { pageOf, PageQuery } from './page.ts';

/** `gemini`, `twilio`, …, or `http:<name>` for a service of one's own. */
export const Service = z
  .string()
  .regex(/^(?:http:)?[a-z][a-z0-9_-]{0,62}$/, 'A service is named in lower case, like gemini or http:crm.');
const Part = z.string().min(1).max(8_000);
const Host = z
  .string()
  .max(253)
  .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?$/i, 'A host looks like api.example.com.')
  .transform((host) => host.toLowerCase());

export const KeyView = z.object({
  service: z.string(),
  /** The last four characters of the key, or of its last part: all that is ever read again. */
  lastFour: z.string(),
  /** The only host it may be sent to, for a service of one's own. */
  host: z.string().nullable(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});

export const keys = {
  set: operation({
    summary: 'Store the key of a service, sealed; replaces the one before',
    method: 'post',
    path: '/keys',
    access: 'user',
    status: 201,
    input: z
      .strictObject({
        service: Service,
        /** A text, or named parts where a service needs several. */
        key: z.union([
          Part,
          z
            .record(z.string().max(64), Part)
            .refine((parts) => Object.keys(parts).length > 0, 'A key needs a part.'),
        ]),
        /** The only host it may be sent to: needed for `http:<name>`, refused for others. */
        host: Host.optional(),
      })
      .refine(({ service, host }) => service.startsWith('http:') === (host !== undefined), {
        path: ['host'],
        error: 'A key for http:<name> needs the host it may be sent to; other services take none.',
      }),
    output: KeyView,
    example: { service: 'gemini', key: 'your-key' },
  }),
  list: operation({
    summary: 'List the services you have stored keys for',
    method: 'get',
    path: '/keys',
    access: 'user',
    input: z.strictObject({ ...PageQuery }),
    output: pageOf(KeyView),
  }),
  remove: operation({
    summary: 'Delete the key of a service',
    method: 'delete',
    path: '/keys/:service',
    access: 'user',
    status: 204,
    input: z.strictObject({ service: z.string().max(200) }),
    output: z.object({}),
  }),
  test: operation({
    summary: 'Try a stored key out, by a call that costs nothing',
    method: 'post',
    path: '/keys/:service/test',
    access: 'user',
    input: z.strictObject({ service: z.string().max(200) }),
    output: z.object({
      service: z.string(),
      /** Of a provider of models: the one that is used when none is named. */
      model: z.string().optional(),
    }),
  }),
  rotate: operation({
    summary: 'Seal every stored key anew with the present encryption key',
    method: 'post',
    path: '/keys/rotate',
    access: 'operator',
    input: z.strictObject({}),
    output: z.object({
      /** How many were sealed anew. */ rotated: z.int(),
      /** How many were already. */ current: z.int(),
    }),
  }),
};
