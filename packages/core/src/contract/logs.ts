import { z } from 'zod';
import { nodeTypes } from '../nodes/types.ts';
import { logEventTypes, VariablesSchema } from '../session/session.ts';
import { operation } from './operation.ts';
import { pageOf, PageQuery } from './page.ts';

export const LogView = z.object({
  id: z.string(),
  eventType: z.enum(logEventTypes),
  nodeId: z.string().nullable(),
  nodeType: z.enum(nodeTypes).nullable(),
  data: VariablesSchema,
  sessionId: z.string().nullable(),
  workflowId: z.string().nullable(),
  createdAt: z.iso.datetime(),
});

export type LogView = z.output<typeof LogView>;

export const logs = {
  list: operation({
    summary: 'Read what happened in your sessions, newest first',
    method: 'get',
    path: '/logs',
    access: 'user',
    input: z.strictObject({
      ...PageQuery,
      workflowId: z.string().max(200).optional(),
      sessionId: z.string().max(200).optional(),
      eventType: z.enum(logEventTypes).optional(),
      since: z.iso.datetime().optional(),
      until: z.iso.datetime().optional(),
    }),
    output: pageOf(LogView),
  }),
};
