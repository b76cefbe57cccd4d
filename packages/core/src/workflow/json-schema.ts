import { z } from 'zod';
import { defaultKind, nodeKinds } from '../nodes/index.ts';
import type { NodeKind } from '../nodes/node.ts';
import { nodeTypes } from '../nodes/types.ts';
import { WorkflowFile } from './file.ts';
import { Node } from './workflow.ts';

interface Schema extends Record<string, unknown> {
  properties?: Record<string, Schema>;
  $defs?: Record<string, Schema>;
}

/** The JSON Schema of workflow files: an editor completes with it what each kind of node takes. */
export function workflowJsonSchema(): Record<string, unknown> {
  const { $schema, file, node, shared, dataOf } = written();
  return {
    $schema,
    title: 'A workflow of CRMFlow',
    ...file,
    properties: { ...file.properties, nodes: { ...file.properties?.nodes, items: nodeSchema(node) } },
    $defs: {
      ...shared,
      ...Object.fromEntries(nodeKinds.map((kind) => [nameOf(kind), withKind(kind, dataOf(kind))])),
    },
  };
}
const nameOf = ({ type, kind }: Pick<NodeKind, 'type' | 'kind'>) => `${type}.${kind}`;

/** All shapes are written as one, so that what they share stands once and is found from the root. */
function written() {
  const shapes = {
    file: WorkflowFile.extend({
      nodes: z.array(z.any()).max(5_000).meta({ description: WorkflowFile.shape.nodes.description }),
    }),
    node: z.strictObject(Node.shape),
    ...Object.fromEntries(nodeKinds.map((kind) => [nameOf(kind), kind.data])),
  };
  const whole = z.toJSONSchema(z.object(shapes), { io: 'input', unrepresentable: 'any' }) as Schema;
  const parts = whole.properties!;
  return {
    $schema: whole.$schema,
    file: parts.file!,
    node: parts.node!,
    shared: whole.$defs,
    dataOf: (kind: NodeKind) => parts[nameOf(kind)]!,
  };
}

/** A node, whose data is what its type and kind ask for. */
function nodeSchema(node: Schema): Schema {
  return {
    ...node,
    properties: { ...node.properties, data: { description: node.properties?.data?.description } },
    allOf: nodeTypes.map((type) => ({
      if: { properties: { type: { const: type } } },
      then: { properties: { data: dataOfType(type) } },
    })),
  };
}

/** The data of a type: by its kind, which may be left out for the usual one. */
function dataOfType(type: (typeof nodeTypes)[number]): Record<string, unknown> {
  const kinds = nodeKinds.filter((kind) => kind.type === type);
  const usual = defaultKind[type];
  return {
    properties: { kind: { enum: kinds.map(({ kind }) => kind), default: usual } },
    allOf: kinds.map((each) => ({
      if: { properties: { kind: { const: each.kind } }, ...(each.kind !== usual && { required: ['kind'] }) },
      then: { $ref: `#/$defs/${nameOf(each)}` },
    })),
  };
}

const withKind = ({ kind, summary }: NodeKind, data: Schema): Schema => ({
  ...data,
  description: summary,
  properties: { kind: { const: kind, description: summary }, ...data.properties },
});
