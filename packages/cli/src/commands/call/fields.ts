import type { Operation } from '@crmflow/core/contract';

/** A JSON Schema, as far as it is looked at. */
interface Schema {
  type?: string | string[];
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
}

/** The JSON Schema of what an operation takes. */
export const inputSchema = ({ input }: Operation): Schema =>
  // What zod writes is JSON Schema, of which we read a part.
  input.toJSONSchema({ io: 'input', unrepresentable: 'any' }) as Schema;

/** How a field is written on a command line: as a text if it may be one, as JSON, or as either. */
export type Writing = 'text' | 'json' | 'any';

/** The fields of an input, and how each is written. */
export const fieldsOf = (op: Operation): Map<string, Writing> =>
  new Map(Object.entries(inputSchema(op).properties ?? {}).map(([name, schema]) => [name, writing(schema)]));

function writing({ type, anyOf }: Schema): Writing {
  if (anyOf) return anyOf.map(writing).find((each) => each !== 'json') ?? 'json';
  if (type === undefined) return 'any';
  return [type].flat().includes('string') ? 'text' : 'json';
}
