import { workflowJsonSchema } from '@crmflow/core';
import { fieldTable, type Schema } from './nodes-page.ts';

const HEAD = `# A workflow file

Made from the schema that checks every file. \`crmflow workflows export\` writes one, as YAML or JSON; \`crmflow workflows validate\` says what
is wrong with one. By REST and in the SDK a workflow has the same fields, its edges spelt out as objects. [Nodes](nodes.md) has what
each kind takes in \`data\`.

\`\`\`yaml
name: Callback
description: Takes a number and a day.
isPublic: true
settings:
  language: de
  timeZone: Europe/Berlin
  country: DE
  limits: { messageChars: 500 }
  texts: { not_email: 'Das ist keine E-Mail-Adresse.' }
nodes:
  - { id: start, type: trigger }
  - { id: phone, type: listen, data: { kind: phone, prompt: Ihre Nummer?, saveAs: phone } }
  - { id: day, type: listen, data: { kind: date, prompt: An welchem Tag?, saveAs: day, min: tomorrow, max: +30d } }
  - { id: done, type: logic, data: { kind: end, outcome: callback } }
edges:
  - start -> phone
  - phone -> day
  - day -> done
\`\`\`
`;

/** docs/files.md, from the JSON Schema of workflow files. */
export function filesPage(): string {
  const file = workflowJsonSchema() as Schema;
  const defs = file.$defs!;
  const { nodes, edges, settings } = file.properties!;
  const spelt = edges!.items!.anyOf!.find(({ properties }) => properties)!;
  const { limits, ai, sending } = settings!.properties!;
  const sections: [string, Schema][] = [
    ['## The file', file],
    ['## A node', nodes!.items!],
    ['## An edge that is spelt out', spelt],
    ['## `settings`', settings!],
    ['### `settings.limits`', limits!],
    ['### `settings.ai`', ai!],
    ['### `settings.sending`', sending!],
    ['#### `settings.sending.perNumber`', sending!.properties!.perNumber!],
  ];
  return [HEAD, ...sections.map(([title, schema]) => `${title}\n${fieldTable(schema, defs)}`)].join('\n');
}
