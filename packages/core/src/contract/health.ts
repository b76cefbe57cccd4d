import { z } from 'zod';
import { operation } from './operation.ts';

export const health = {
  get: operation({
    summary: 'Say whether this process lives and its database answers',
    method: 'get',
    path: '/health',
    access: 'public',
    input: z.strictObject({}),
    output: z.object({
      status: z.literal('ok'),
      version: z.string(),
      database: z.enum(['ok', 'down']),
      /** Of a server that was told of one: without it everything goes on, limits being counted by each server alone. */
      redis: z.enum(['ok', 'down']).optional(),
    }),
  }),
  ready: operation({
    summary: 'Say whether it can take work; refuses until it can',
    method: 'get',
    path: '/health/ready',
    access: 'public',
    input: z.strictObject({}),
    output: z.object({ status: z.literal('ready') }),
  }),
};
