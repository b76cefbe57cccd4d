import { workflowJsonSchema } from '@crmflow/core';
import { nodeTypes } from '../../packages/core/src/nodes/types.ts';

interface Schema {
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

const HEAD = `# The kinds of nodes

Made from the schemas that check every workflow. A node is \`{ id, type, data }\`; \`data.kind\` is the kind, and may be left out for
the first of each type. Every node has the way out \`error\` besides those of its kind.

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
    return `## ${type}\n\n${kinds.map(([, kind]) => kindSection(kind, defs)).join('\n')}`;
  });
  return [HEAD, ...sections].join('\n');
}

function kindSection({ properties = {}, required = [], description = '' }: Schema, defs: Schema['$defs']) {
  const { kind, ...fields } = properties;
  const rows = Object.entries(fields).map(([name, schema]) => {
    const usual = schema.default === undefined ? '' : `\`${cell(JSON.stringify(schema.default))}\``;
    return `| \`${name}\` | ${cell(holds(schema, defs))} | ${required.includes(name) ? 'must be given' : usual} |`;
  });
  const table = rows.length
    ? `\n| field | holds | when absent |\n| --- | --- | --- |\n${rows.join('\n')}\n`
    : '';
  return `### ${String(kind!.const)}\n\n${description}\n${table}`;
}

const cell = (text: string) => text.replaceAll('|', '\\|');

/** What a field holds: in its own words where it has any, else by its shape. */
function holds(schema: Schema, defs: Schema['$defs']): string {
  const { $ref, description, anyOf, items, properties, additionalProperties: values } = schema;
  if ($ref) {
    const meant = defs![$ref.replace('#/$defs/', '')]!;
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
