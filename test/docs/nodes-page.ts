import { workflowJsonSchema } from '@crmflow/core';
import { kindOf } from '../../packages/core/src/nodes/index.ts';
import type { NodeKind } from '../../packages/core/src/nodes/node.ts';
import { nodeTypes, type NodeType } from '../../packages/core/src/nodes/types.ts';

export interface Schema {
  $ref?: string;
  type?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  required?: string[];
  default?: unknown;
  description?: string;
  minimum?: number;
  maximum?: number;
  $defs?: Record<string, Schema>;
}

type Defs = Record<string, Schema>;

const HEAD = `# The kinds of nodes

Made from the schemas that check every workflow. A node is \`{ id, type, data }\`; \`data.kind\` is the kind, and may be left out for
the first of each type. Every node has the way out \`error\` besides those of its kind;
where one that stands after "when something goes wrong" is not wired, \`error\` is taken. [A workflow file](files.md) holds the nodes, the
edges between them and the settings.

An editor completes all of this, and marks what is wrong, with the JSON Schema of workflow files. It ships as
\`@crmflow/core/workflow.schema.json\`, and \`crmflow workflows schema > workflow.schema.json\` writes it. A YAML file names it in its
first line, a JSON file in its first field:

\`\`\`yaml
# yaml-language-server: $schema=./workflow.schema.json
\`\`\`

\`\`\`json
{ "$schema": "./workflow.schema.json" }
\`\`\`
`;

/** docs/nodes.md, from the JSON Schema of workflow files. */
export function nodesPage(): string {
  const defs = (workflowJsonSchema() as Schema).$defs!;
  const sections = nodeTypes.map((type) => {
    const kinds = Object.entries(defs).filter(([name]) => name.startsWith(`${type}.`));
    return `## ${type}\n\n${kinds.map(([, kind]) => kindSection(type, kind, defs)).join('\n')}`;
  });
  return [HEAD, ...sections].join('\n');
}

function kindSection(
  type: NodeType,
  { properties = {}, required = [], description = '' }: Schema,
  defs: Defs,
) {
  const { kind, ...fields } = properties;
  const name = String(kind!.const);
  const ways = waysOf(kindOf(type, name)!);
  return `### ${name}\n\n${description}\n\nWays out: ${ways}.\n${fieldTable({ properties: fields, required }, defs)}`;
}

/** The ways out of a kind, but for `error`: those it has whatever its data is, or in its own words. */
function waysOf({ type, kind, ways, ports, faults = [] }: NodeKind): string {
  const isFixed = !ports || ports.length === 0;
  if (!ways && !isFixed) throw new Error(`${type}.${kind}: say in \`ways\` what its ways out depend on.`);
  const own = ways ?? ((ports?.(undefined) ?? ['out']).map(code).join(', ') || 'none');
  const wrong = faults.length ? `; when something goes wrong ${faults.map(code).join(', ')}` : '';
  return own + wrong;
}
const code = (text: string) => `\`${text}\``;

/** A row for each field of an object. */
export function fieldTable({ properties = {}, required = [] }: Schema, defs: Defs): string {
  const rows = Object.entries(properties).map(([name, schema]) => {
    const usual = schema.default === undefined ? '' : `\`${cell(JSON.stringify(schema.default))}\``;
    return `| \`${name}\` | ${cell(holds(schema, defs))} | ${required.includes(name) ? 'must be given' : usual} |`;
  });
  return rows.length ? `\n| field | holds | when absent |\n| --- | --- | --- |\n${rows.join('\n')}\n` : '';
}

const cell = (text: string) => text.replaceAll('|', '\\|');

/** What a field holds: in its own words where it has any, else by its shape. */
function holds(schema: Schema, defs: Defs): string {
  const { $ref, description, anyOf, items, properties, additionalProperties: values } = schema;
  if ($ref) {
    const meant = defs[$ref.replace('#/$defs/', '')]!;
    // Only JSON itself is made of what it is.
    return JSON.stringify(meant).includes(`"${$ref}"`) ? 'any JSON' : holds(meant, defs);
  }
  if (description) return description;
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum) return schema.enum.map((each) => `\`${String(each)}\``).join(', ');
  if (anyOf) return [...new Set(anyOf.map((each) => holds(each, defs)))].join(', or ');
  if (items) return `a list: ${holds(items, defs)}`;
  if (properties) return `\`{ ${Object.keys(properties).join(', ')} }\``;
  if (typeof values === 'object' && Object.keys(values).length) return `a map: ${holds(values, defs)}`;
  return NAMES[schema.type ?? ''] ?? 'anything';
}
const NAMES: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  object: 'a map',
};
