import { z } from 'zod';
import { Graph } from '../workflow/workflow.ts';
import { operation } from './operation.ts';
import { pageOf, PageQuery } from './page.ts';

export const TemplateView = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  isTemplate: z.literal(true),
  ...Graph.shape,
});
export type TemplateView = z.output<typeof TemplateView>;
const Item = TemplateView.pick({ id: true, name: true, description: true, isTemplate: true }).extend({
  nodeCount: z.int(),
});

export const templates = {
  list: operation({
    summary: 'List the workflows to begin with',
    method: 'get',
    path: '/templates',
    access: 'public',
    input: z.strictObject({ ...PageQuery }),
    output: pageOf(Item),
  }),
  get: operation({
    summary: 'Read a shipped template with its nodes and edges',
    method: 'get',
    path: '/templates/:id',
    access: 'public',
    input: z.strictObject({ id: z.string().min(1).max(200) }),
    output: TemplateView,
  }),
};
