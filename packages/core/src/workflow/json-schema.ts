import { z } from 'zod';
import { defaultKind, nodeKinds } from '../nodes/index.ts';
import type { NodeKind } from '../nodes/node.ts';
import { nodeTypes } from '../nodes/types.ts';
import { WorkflowFile } from './file.ts';
import { Node } from './workflow.ts';

/** The JSON Schema of workflow files: an editor completes with it what each kind of node takes. */
export function workflowJsonSchema(): Record<string, unknown> {
  const file = WorkflowFile.extend({ nodes: z.array(z.any()).max(5_000) });
  const { properties, ...schema } = inputSchema(file);
  return {
    ...schema,
    title: 'A workflow of CRMFlow',
    properties: { ...properties, nodes: { ...object(properties).nodes, items: nodeSchema() } },
    $defs: Object.fromEntries(nodeKinds.map((kind) => [`${kind.type}.${kind.kind}`, dataSchema(kind)])),
  };
}

type Schema = Record<string, unknown> & { properties?: Record<string, object> };
const inputSchema = (shape: z.ZodType): Schema =>
  z.toJSONSchema(shape, { io: 'input', unrepresentable: 'any' }) as Schema;
const object = (properties: Schema['properties']) => properties ?? {};

/** A node, whose data is what its type and kind ask for. */
function nodeSchema(): Schema {
  const { $schema: _, ...node } = inputSchema(z.strictObject(Node.shape));
  const { data: _open, ...rest } = object(node.properties);
  return {
    ...node,
    properties: { ...rest, data: {} },
    allOf: nodeTypes.map((type) => ({
      if: { properties: { type: { const: type } } },
      then: { properties: { data: dataOf(type) } },
    })),
  };
}

/** The data of a type: by its kind, which may be left out for the usual one. */
function dataOf(type: (typeof nodeTypes)[number]): Schema {
  const kinds = nodeKinds.filter((kind) => kind.type === type);
  const usual = defaultKind[type];
  return {
    properties: { kind: { enum: kinds.map(({ kind }) => kind), default: usual } },
    allOf: kinds.map(({ kind }) => ({
      if: {
        properties: { kind: { const: kind } },
        ...(kind !== usual && { required: ['kind'] }),
      },
      then: { $ref: `#/$defs/${type}.${kind}` },
    })),
  };
}

function dataSchema({ kind, summary, data }: NodeKind): Schema {
  const { $schema: _, ...schema } = inputSchema(data);
  return {
    ...schema,
    description: summary,
    properties: { kind: { const: kind, description: summary }, ...schema.properties },
  };
}
