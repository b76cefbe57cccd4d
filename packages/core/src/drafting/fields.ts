import { z } from 'zod';
import type { NodeKind } from '../nodes/node.ts';
import { OWNERS_FIELDS } from './beyond.ts';

interface Schema {
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: Schema | false;
  description?: string;
  $ref?: string;
  $defs?: Record<string, Schema>;
}

/** What an author rarely sets: a model that knows of it sets it for no reason. */
const RARE = new Set([
  ...OWNERS_FIELDS,
  'commands',
  'maxTokens',
  'history',
  'retries',
  'timeoutSeconds',
  'locale',
]);

/** The fields of a kind's data as a model reads them, each by itself: `min?: number`, `choices: [{ label: text }]`. */
export function fieldsOf({ data }: NodeKind): string[] {
  const schema = z.toJSONSchema(data, { io: 'input', unrepresentable: 'any' }) as Schema;
  return members(schema, schema.$defs ?? {});
}

function shapeOf(schema: Schema, defs: Record<string, Schema>): string {
  const { type, anyOf, properties, items, additionalProperties, description = '' } = schema;
  if (schema.$ref) return shapeOf(defs[schema.$ref.replace('#/$defs/', '')] ?? {}, {});
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (/^CEL/.test(description)) return 'CEL';
  if (anyOf) return [...new Set(anyOf.map((each) => shapeOf(each, defs)))].join(' | ');
  if (type === 'array') return `[${items ? shapeOf(items, defs) : 'any'}]`;
  if (properties) return `{ ${members(schema, defs).join(', ')} }`;
  if (additionalProperties) return `{ <name>: ${shapeOf(additionalProperties, defs)} }`;
  if (type === 'string') return /filled in/.test(description) ? 'text' : 'string';
  return typeof type === 'string' ? type : 'any';
}

function members({ properties = {}, required = [] }: Schema, defs: Record<string, Schema>): string[] {
  return Object.entries(properties)
    .filter(([name]) => !RARE.has(name))
    .map(([name, each]) => `${name}${required.includes(name) ? '' : '?'}: ${shapeOf(each, defs)}`);
}
