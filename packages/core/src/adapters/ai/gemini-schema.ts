import type { JsonSchema } from '../../ports.ts';

/** The part of JSON Schema that Gemini knows under the same name; it refuses a request that holds any other word. */
const KEPT = [
  'type',
  'title',
  'description',
  'required',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
  'minLength',
  'maxLength',
  'pattern',
  'minimum',
  'maximum',
  'nullable',
];

/**
 * A JSON Schema in Gemini's words (a subset of OpenAPI 3.0): `null` is `nullable`, `const` an `enum` of one, `oneOf` is
 * `anyOf`. What it cannot say is left out, so an answer may still break it.
 */
export function geminiSchema(schema: JsonSchema): JsonSchema {
  const { nullable, rest } = withoutNull(schema);
  const kept = Object.fromEntries(KEPT.filter((word) => word in rest).map((word) => [word, rest[word]]));
  const choices = rest.anyOf as JsonSchema[] | undefined;
  return {
    ...kept,
    ...(nullable && { nullable: true }),
    ...(isObject(rest.properties) && {
      properties: Object.fromEntries(
        Object.entries(rest.properties).map(([name, property]) => [
          name,
          geminiSchema(property as JsonSchema),
        ]),
      ),
    }),
    ...(isObject(rest.items) && { items: geminiSchema(rest.items) }),
    ...(choices && { anyOf: choices.map(geminiSchema) }),
    ...enumOf(rest),
  };
}

/** The schema of what is not null, and whether null is allowed beside it. */
function withoutNull(schema: JsonSchema): { nullable: boolean; rest: JsonSchema } {
  const { oneOf, anyOf = oneOf, type, ...others } = schema;
  const choices = Array.isArray(anyOf) ? (anyOf as JsonSchema[]) : [];
  const types = Array.isArray(type) ? (type as string[]) : type === undefined ? [] : [type];
  const real = choices.filter((choice) => choice.type !== 'null');
  const realTypes = types.filter((one) => one !== 'null');
  const [only] = real;
  const rest = {
    ...others,
    ...(real.length > 1 && { anyOf: real }),
    ...(real.length === 1 && only),
    // Several types at once are a choice to Gemini.
    ...(realTypes.length > 1
      ? { anyOf: realTypes.map((one) => ({ type: one })) }
      : realTypes.length && { type: realTypes[0] }),
  };
  return { nullable: real.length < choices.length || realTypes.length < types.length, rest };
}

/** Gemini's enums are texts; of other values it is told what they are. */
function enumOf({ enum: values, const: only, type }: JsonSchema): JsonSchema {
  const all = Array.isArray(values) ? (values as unknown[]) : only === undefined ? [] : [only];
  const real = all.filter((value) => value !== null);
  if (real.length === 0) return {};
  const areTexts = real.every((value) => typeof value === 'string');
  return {
    type: type ?? (areTexts ? 'string' : typeof real[0]),
    ...(areTexts && { enum: real }),
    ...(real.length < all.length && { nullable: true }),
  };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
