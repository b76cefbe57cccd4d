import { z } from 'zod';
import { operation } from './operation.ts';

export const health = {
  get: operation({
    summary: 'Say whether this process lives and its database answers',
    method: 'get',
    path: '/health',
    access: 'public',
    input: z.strictObject({}),
    output: z.object({ status: z.literal('ok'), version: z.string(), database: z.enum(['ok', 'down']) }),
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
