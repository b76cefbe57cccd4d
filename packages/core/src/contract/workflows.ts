import { z } from 'zod';
import { Edge, Graph, Node, Problem, Workflow } from '../workflow/workflow.ts';
import { operation } from './operation.ts';
import { pageOf, PageQuery } from './page.ts';
import { Report } from './report.ts';

/** A workflow as it is answered: with what its author should know about it. */
export const WorkflowView = Workflow.extend({
  problems: z.array(Problem),
  /** Whether what is saved differs from what is published; no where nothing is. */
  hasUnpublishedChanges: z.boolean(),
});
export type WorkflowView = z.output<typeof WorkflowView>;
export const WorkflowItem = Workflow.omit({
  nodes: true,
  edges: true,
  settings: true,
  knowledge: true,
}).extend({
  nodeCount: z.int(),
});

const Id = z.strictObject({ id: z.string().min(1).max(200) });
const NodeInput = z.strictObject({ ...Node.shape, id: Node.shape.id.optional() });
const EdgeInput = z.strictObject({ ...Edge.shape, id: Edge.shape.id.optional() });

/** What may be saved of a workflow. */
const fields = {
  name: Workflow.shape.name,
  description: Workflow.shape.description,
  /** Whether anybody may run it. */
  isPublic: z.boolean(),
  /** Whether every user may make a copy of it. */
  isTemplate: z.boolean(),
  nodes: z.array(NodeInput).max(5_000),
  edges: z.array(EdgeInput).max(20_000),
  settings: Graph.shape.settings,
  knowledge: z.array(Graph.shape.knowledge.unwrap().element).max(2_000),
};
/** What a GET of the same workflow gives may be sent back; it is read-only and ignored. */
const readOnly = {
  userId: z.unknown().optional(),
  revision: z.unknown().optional(),
  publishedVersionId: z.unknown().optional(),
  publishedAt: z.unknown().optional(),
  hasUnpublishedChanges: z.unknown().optional(),
  firesAt: z.unknown().optional(),
  createdAt: z.unknown().optional(),
  updatedAt: z.unknown().optional(),
  problems: z.unknown().optional(),
};

/** The graph that documentation shows. */
const callBack = {
  nodes: [
    { id: 'start', type: 'trigger' as const },
    { id: 'name', type: 'listen' as const, data: { prompt: 'What is your name?', saveAs: 'name' } },
    {
      id: 'phone',
      type: 'listen' as const,
      data: { kind: 'phone', prompt: 'Where can we call you?', saveAs: 'phone' },
    },
    { id: 'thanks', type: 'speak' as const, data: { text: 'Thank you, {{ name }}. We call {{ phone }}.' } },
  ],
  edges: [
    { sourceNodeId: 'start', targetNodeId: 'name' },
    { sourceNodeId: 'name', targetNodeId: 'phone' },
    { sourceNodeId: 'phone', targetNodeId: 'thanks' },
  ],
};

export const workflows = {
  list: operation({
    summary: 'List your workflows, newest change first',
    method: 'get',
    path: '/workflows',
    access: 'user',
    input: z.strictObject({ ...PageQuery }),
    output: pageOf(WorkflowItem),
  }),
  find: operation({
    summary: 'Find your workflow by its id or its exact name',
    method: 'get',
    path: '/workflows/find',
    access: 'user',
    input: z.strictObject({ name: z.string().min(1).max(200) }),
    output: WorkflowView,
  }),
  create: operation({
    summary: 'Create a workflow',
    method: 'post',
    path: '/workflows',
    access: 'user',
    status: 201,
    isVersioned: true,
    input: z.strictObject({
      ...z.object(fields).partial().shape,
      name: fields.name,
      ...readOnly,
      id: z.unknown().optional(),
    }),
    example: { name: 'Call back', isPublic: true, ...callBack },
    output: WorkflowView,
  }),
  get: operation({
    summary: 'Read a workflow with its nodes and edges',
    method: 'get',
    path: '/workflows/:id',
    access: 'user',
    isVersioned: true,
    input: Id,
    output: WorkflowView,
  }),
  update: operation({
    summary: 'Save a workflow: replaces what is sent',
    method: 'put',
    path: '/workflows/:id',
    access: 'user',
    isVersioned: true,
    input: z.strictObject({
      ...Id.shape,
      ...z.object(fields).partial().shape,
      ...readOnly,
      /** Save only on top of this revision. */
      ifRevision: z.int().optional(),
    }),
    example: { id: 'clx0', ...callBack },
    output: WorkflowView,
  }),
  getPublished: operation({
    summary: 'Read a workflow as it is published, whatever is saved',
    method: 'get',
    path: '/workflows/:id/published',
    access: 'user',
    input: Id,
    output: WorkflowView,
  }),
  publish: operation({
    summary: 'Publish a workflow as it is saved: sessions start on that until it is published again',
    method: 'put',
    path: '/workflows/:id/published',
    access: 'user',
    isVersioned: true,
    input: z.strictObject({
      ...Id.shape,
      /** Publish only this revision. */
      ifRevision: z.int().optional(),
    }),
    example: { id: 'clx0' },
    output: WorkflowView,
  }),
  unpublish: operation({
    summary: 'Have every save count at once again',
    method: 'delete',
    path: '/workflows/:id/published',
    access: 'user',
    isVersioned: true,
    input: Id,
    output: WorkflowView,
  }),
  remove: operation({
    summary: 'Delete a workflow; its open sessions end',
    method: 'delete',
    path: '/workflows/:id',
    access: 'user',
    status: 204,
    input: Id,
    output: z.object({}),
  }),
  clone: operation({
    summary: 'Make a workflow of your own from a template or from one of yours',
    method: 'post',
    path: '/workflows/:templateId/clone',
    access: 'user',
    status: 201,
    isVersioned: true,
    input: z.strictObject({ templateId: z.string().min(1).max(200), name: Workflow.shape.name.optional() }),
    example: { templateId: 'lead-qualification', name: 'Leads of our shop' },
    output: WorkflowView,
  }),
  report: operation({
    summary: 'Read what came of the sessions started on a workflow, of the last 30 days or any other time',
    method: 'get',
    path: '/workflows/:id/report',
    access: 'user',
    input: z.strictObject({
      ...Id.shape,
      /** ISO 8601, inclusive; 30 days before `until` when absent. */
      since: z.iso.datetime().optional(),
      /** ISO 8601, exclusive; now when absent. */
      until: z.iso.datetime().optional(),
    }),
    output: Report,
  }),
  validate: operation({
    summary: 'Say what is wrong with a graph without saving it',
    method: 'post',
    path: '/workflows/validate',
    access: 'user',
    input: z.strictObject({
      nodes: fields.nodes,
      edges: fields.edges,
      settings: fields.settings.optional(),
      knowledge: fields.knowledge.optional(),
    }),
    example: callBack,
    output: z.object({ problems: z.array(Problem) }),
  }),
};
