import { z } from 'zod';
import { CrmflowError } from '../errors.ts';
import { compileExpression, type Expression } from '../language/expression.ts';
import { toJson, type Json } from '../language/json.ts';
import { compilePattern } from '../language/pattern.ts';
import type { Scope } from '../language/scope.ts';
import { compileText, type Text } from '../language/text.ts';
import type { Declared, VariableType } from '../language/types.ts';

/** A piece of compiled language inside a node's data: it can be asked what is wrong with it. */
export interface Checked {
  /** As its author wrote it; the pieces of several, a line each. */
  readonly source: string;
  readonly names: readonly string[];
  problems(declared: Declared): string[];
}

const compiled = <T>(compile: (source: string) => T) =>
  z
    .string()
    .max(20_000)
    .transform((source, ctx): T => {
      try {
        return compile(source);
      } catch (cause) {
        if (!(cause instanceof CrmflowError)) throw cause;
        ctx.issues.push({ code: 'custom', input: source, message: cause.message });
        return z.NEVER;
      }
    });

/** What people read: Liquid, compiled. */
export const template = () => compiled(compileText).meta({ description: 'Text; {{ name }} is filled in.' });

/**
 * A condition or a value: CEL, compiled, and checked to give the type that is asked for. A number, true and false stand for
 * themselves.
 */
export const expression = (
  expected?: VariableType,
  literal: z.ZodType<number | boolean> = z.union([z.number(), z.boolean()]),
) =>
  z
    .union([z.string(), literal], {
      error: ({ input, errors: [, ofLiteral] }) =>
        typeof input === 'number' ? ofLiteral?.[0]?.message : WRITABLE,
    })
    .transform(String)
    .pipe(
      compiled((source): Expression => {
        const made = compileExpression(source);
        if (!expected) return made;
        return { ...made, problems: (declared) => made.problems(declared, expected) };
      }),
    )
    .meta({ description: `CEL expression${expected ? `, gives ${expected}` : ''}.` });

const WRITABLE = 'write an expression as a text, a number, true or false; lists and maps as a text: "[1, 2]"';

/** A map, or the text that stands for one. What is wrong is told of the one that was meant. */
export const mapOrText = <M extends z.ZodType, T extends z.ZodType>(map: M, text: T, hint: string) =>
  z.union([text, map], {
    error: ({ input, errors: [ofText, ofMap] }) => {
      const isMap = typeof input === 'object' && input !== null && !Array.isArray(input);
      const [first] = (isMap ? ofMap : typeof input === 'string' ? ofText : undefined) ?? [];
      if (!first) return hint;
      return first.path.length ? `${first.path.join('.')}: ${first.message}` : first.message;
    },
  });

/** A pattern that takes time in proportion to the text it is looked for in. */
export const pattern = (description: string) =>
  z
    .string()
    .transform((source, ctx) => {
      try {
        return compilePattern(source);
      } catch (cause) {
        if (!(cause instanceof CrmflowError)) throw cause;
        ctx.issues.push({ code: 'custom', input: source, message: cause.message });
        return z.NEVER;
      }
    })
    .meta({ description });

/** The name of a variable. */
export const variableName = () =>
  z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, 'a name is letters, digits and _ and starts with a letter')
    .refine((name) => !taken.has(name), {
      error: ({ input }) => `${String(input)} is a word of the language`,
    })
    .meta({ description: 'The variable it is kept under.' });
const taken = new Set(
  ['now', 'today', 'message', 'true', 'false', 'null', 'in', 'constructor', 'prototype', '__proto__'].concat([
    'as',
    'break',
    'const',
    'continue',
    'else',
    'for',
    'function',
    'if',
    'import',
    'let',
    'loop',
    'package',
    'namespace',
    'return',
    'var',
    'void',
    'while',
    'empty',
    'nil',
    'blank',
    'forloop',
    'contains',
    'and',
    'or',
    'not',
  ]),
);

/** A JSON value whose texts are filled in; a text that begins with `=` is an expression and keeps its type. */
export interface Filled extends Checked {
  fill(scope: Scope): Json;
}
export const filledJson = () => filled(z.json());
/** A text that is filled in, or an expression when it begins with `=`. */
export const filledText = () => filled(z.string().max(20_000));

const filled = <S extends z.ZodType<Json>>(shape: S) =>
  shape.transform((source, ctx): Filled => {
    const parts: Checked[] = [];
    const compile = (value: Json): ((scope: Scope) => Json) => {
      if (typeof value === 'string') {
        const isExpression = value.startsWith('=');
        const made = isExpression ? compileExpression(value.slice(1)) : compileText(value);
        parts.push(made);
        return (scope) => ('render' in made ? made.render(scope) : made.evaluate(scope));
      }
      if (Array.isArray(value)) {
        const items = value.map(compile);
        return (scope) => items.map((item) => item(scope));
      }
      if (value && typeof value === 'object') {
        const fields = Object.entries(value).map(([key, item]) => [key, compile(item)] as const);
        return (scope) => Object.fromEntries(fields.map(([key, item]) => [key, item(scope)]));
      }
      return () => value;
    };
    try {
      const fill = compile(toJson(source));
      return {
        source: parts.map((part) => part.source).join('\n'),
        names: parts.flatMap(({ names }) => names),
        problems: (declared) => parts.flatMap((part) => part.problems(declared)),
        fill,
      };
    } catch (cause) {
      if (!(cause instanceof CrmflowError)) throw cause;
      ctx.issues.push({ code: 'custom', input: source, message: cause.message });
      return z.NEVER;
    }
  });

const isChecked = (value: object): value is Checked =>
  'problems' in value && typeof value.problems === 'function';

/** Every piece of compiled language inside a node's data, with the field it stands in. */
export function languageIn(data: unknown, field = ''): { field: string; checked: Checked }[] {
  if (!data || typeof data !== 'object') return [];
  if (isChecked(data)) return [{ field, checked: data }];
  return Object.entries(data).flatMap(([key, value]) => languageIn(value, field ? `${field}.${key}` : key));
}

export type { Expression, Text };
