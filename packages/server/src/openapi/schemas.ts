import { z } from 'zod';
import { contract, ERRORS } from '@crmflow/core/contract';

export type Json = Record<string, unknown>;
type Io = 'input' | 'output';

const { auth, workflows, templates, sessions, logs, knowledge, keys, ai } = contract;
const workflow = workflows.get.output.shape;

/** What a reader of the document meets under a name of its own instead of in copies. */
const names = z.registry<{ id: string }>();
const NAMED: Record<string, z.ZodType> = {
  User: auth.me.output.shape.user,
  Login: auth.login.output,
  Workflow: workflows.get.output,
  WorkflowItem: workflows.list.output.shape.items.element,
  Node: workflow.nodes.element,
  Edge: workflow.edges.element,
  Settings: workflow.settings,
  Problem: workflow.problems.element,
  Template: templates.get.output,
  TemplateItem: templates.list.output.shape.items.element,
  Session: sessions.get.output,
  Turn: sessions.send.output,
  Message: sessions.messages.output.shape.items.element,
  SessionEvent: sessions.events.output.shape.items.element,
  LogRow: logs.list.output.shape.items.element,
  Knowledge: knowledge.get.output,
  KnowledgeItem: knowledge.list.output.shape.items.element,
  Passage: knowledge.search.output.shape.items.element,
  Key: keys.set.output,
  Answer: ai.generate.output,
};
for (const [id, shape] of Object.entries(NAMED)) names.add(shape, { id });

const Refusal: Json = {
  type: 'object',
  description: 'Why a request was refused.',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message', 'requestId'],
      properties: {
        code: { type: 'string', enum: Object.keys(ERRORS) },
        message: { type: 'string', description: 'What is wrong, with which, and what to do now.' },
        details: { description: 'What a program may read of it.' },
        requestId: { type: 'string', description: "Names the request in the server's log." },
      },
    },
  },
};
const AnyJson: Json = { description: 'Any JSON value.' };

export const refTo = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });

/** Collects the named schemas while the others are written in their places. */
export function createSchemas() {
  const found: Record<string, Json> = { Refusal };

  /** Puts it under its name; what may be left out when it is sent has a name of its own. */
  function keep(name: string, schema: Json, io: Io): Json {
    const known = found[name];
    if (known && JSON.stringify(known) !== JSON.stringify(schema)) return keep(`${name}Input`, schema, io);
    found[name] = schema;
    return refTo(name);
  }

  function schemaOf(shape: z.ZodType, io: Io): Json {
    // What has no JSON Schema of its own is a file, or any value.
    const made = z.toJSONSchema(shape, { io, unrepresentable: 'any', reused: 'inline', metadata: names });
    const { $schema: _, $defs = {}, id: _id, ...schema } = made as Json & { $defs?: Record<string, Json> };
    const moved = new Map(Object.keys($defs).map((name) => [`#/$defs/${name}`, name]));
    const placed = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(placed);
      if (typeof value !== 'object' || value === null) return value;
      const name = moved.get(String((value as Json).$ref));
      if (name !== undefined) return placedUnder(name);
      return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, placed(each)]));
    };
    const placedUnder = (name: string): Json => {
      // The one schema that holds itself: the value of a field that authors and visitors fill as they like.
      if (name.startsWith('__')) return keep('Json', AnyJson, io);
      const { id: _name, ...rest } = $defs[name]!;
      return keep(name, placed(rest) as Json, io);
    };
    const written = placed(schema) as Json;
    const name = names.get(shape)?.id;
    return name === undefined ? written : keep(name, written, io);
  }

  return { schemaOf, found };
}
