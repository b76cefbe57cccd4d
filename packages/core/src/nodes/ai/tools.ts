import { z } from 'zod';
import { CrmflowError } from '../../errors.ts';
import type { Json, Variables } from '../../language/json.ts';
import { merged } from '../../language/variables.ts';
import type { Tool, ToolCall, ToolResult } from '../../ports.ts';
import type { EffectContext } from '../node.ts';
import { resultsOf } from '../integration/answer.ts';
import { callFields, callProblems, sendWithRetries } from '../integration/call.ts';
import { withKey } from '../integration/key.ts';
import { requestOf } from '../integration/request.ts';
import { fieldProblems, fieldShape, schemaOf, valueOf } from './fields.ts';

const Parameter = z.strictObject(fieldShape);
const Shape = z
  .strictObject({
    ...callFields,
    name: z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,62}$/, 'a tool is named with letters, digits and _'),
    /** What it is for, in words for the model. */
    description: z.string().min(1).max(1_000),
    /** What the model fills in: `{{ args.city }}` in the call's texts. */
    parameters: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,62}$/), Parameter).default({}),
    /** Where in the answer that stands which the model is shown; all of it when absent. */
    pick: z.string().min(1).max(300).default('.'),
  })
  .transform(({ name, description, ...rest }) => {
    const spec: Tool = { name, description, parameters: schemaOf(rest.parameters, false) };
    return { ...rest, spec };
  });
export type ToolData = z.output<typeof Shape>;

/** HTTP calls that a model may ask for: where they go is the author's, what fills them is checked. */
export const tools = () => z.array(Shape).max(20).default([]);

export const toolProblems = ({ tools: all }: { tools: readonly ToolData[] }) => [
  ...all.flatMap((tool, at) => [
    ...callProblems(tool).map(({ field, message }) => ({ field: `tools.${at}.${field}`, message })),
    ...fieldProblems(tool.parameters, `tools.${at}.parameters`),
  ]),
  ...all.flatMap(({ spec: { name } }, at) =>
    all.findIndex(({ spec }) => spec.name === name) < at
      ? [{ field: `tools.${at}.name`, message: `another tool is called ${name}` }]
      : [],
  ),
];
/** What the texts of tools know besides. */
export const toolLocals = ({ tools: all }: { tools: readonly ToolData[] }) =>
  all.length ? [['args', 'map'] as const] : [];

const LONGEST_RESULT = 8_000;

/** Carries out what a model asked for; whatever is wrong is told to the model, which may do better. */
export async function useTool(
  all: readonly ToolData[],
  { id, name, arguments: given }: ToolCall,
  { ctx, step }: { ctx: EffectContext; step: string },
): Promise<ToolResult> {
  const tool = all.find(({ spec }) => spec.name === name);
  const text = tool ? await told(tool, given, { ...ctx, stepId: step }) : `There is no tool ${name}.`;
  return { id, name, text: text.slice(0, LONGEST_RESULT).toWellFormed() };
}

async function told(tool: ToolData, given: unknown, ctx: EffectContext): Promise<string> {
  try {
    const args = argumentsOf(tool, given);
    const scope = { ...ctx.scope, variables: merged(ctx.scope.variables, { args }) };
    const { request, hide } = await withKey(tool, requestOf(tool, { ...ctx, scope }), ctx);
    const response = await sendWithRetries(request, tool, ctx);
    const { picked = null } = resultsOf({ picked: tool.pick }, response, hide);
    const answer = typeof picked === 'string' ? picked : JSON.stringify(picked);
    return response.status < 400 ? answer : `It answered ${response.status}: ${answer}`;
  } catch (cause) {
    if (ctx.signal.aborted || !(cause instanceof CrmflowError)) throw cause;
    return `It failed: ${cause.message}`;
  }
}

function argumentsOf({ parameters }: ToolData, given: unknown): Variables {
  const written =
    typeof given === 'object' && given !== null ? (given as Readonly<Record<string, unknown>>) : {};
  const args: Record<string, Json> = {};
  for (const [name, field] of Object.entries(parameters)) {
    const value = Object.hasOwn(written, name) ? valueOf(field, written[name]) : undefined;
    if (value === undefined && field.required)
      throw new CrmflowError(
        'invalid_input',
        `${name} is missing, or not ${field.choices?.join(' or ') ?? `a ${field.type}`}.`,
      );
    args[name] = value ?? null;
  }
  return merged(args);
}
