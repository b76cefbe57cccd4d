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
/** In one answer: a model may ask for any number at once. */
const MOST_CALLS = 20;

/** Carries out what a model asks for in one answer; what is wrong with it is told to the model, which may do better. */
export function usingTools(all: readonly ToolData[], ctx: EffectContext) {
  let used = 0;
  const made = new Map<string, number>();

  /** One call has one key, whatever else is called before it. */
  function keyOf(name: string, args: Variables): string {
    const call = JSON.stringify([name, args]);
    const times = (made.get(call) ?? 0) + 1;
    made.set(call, times);
    return ctx.partId(`${times} ${call}`);
  }

  async function told({ name, arguments: given }: ToolCall): Promise<string> {
    const tool = all.find(({ spec }) => spec.name === name);
    if (!tool) return `There is no tool ${name}.`;
    if (++used > MOST_CALLS) return 'No more can be called for this answer.';
    const args = argumentsOf(tool, given);
    if (typeof args === 'string') return `It failed: ${args}`;
    return called(tool, args, { ...ctx, stepId: keyOf(name, args) });
  }

  return async (call: ToolCall): Promise<ToolResult> => {
    const { id, name } = call;
    return { id, name, text: (await told(call)).slice(0, LONGEST_RESULT).toWellFormed() };
  };
}

async function called(tool: ToolData, args: Variables, ctx: EffectContext): Promise<string> {
  const scope = { ...ctx.scope, variables: merged(ctx.scope.variables, { args }) };
  try {
    const { request, hide } = await withKey(tool, requestOf(tool, { ...ctx, scope }), ctx);
    const response = await sendWithRetries(request, tool, ctx);
    const { picked = null } = resultsOf({ picked: tool.pick }, response, hide);
    const answer = typeof picked === 'string' ? picked : JSON.stringify(picked);
    return response.status < 400 ? answer : `It answered ${response.status}: ${answer}`;
  } catch (cause) {
    if (ctx.signal.aborted || !(cause instanceof CrmflowError)) throw cause;
    // Why names hosts, and what a model reads a visitor can get it to say.
    return 'It failed, and not because of its arguments.';
  }
}

/** Checked; or what is wrong with them. */
function argumentsOf({ parameters }: ToolData, given: unknown): Variables | string {
  const written =
    typeof given === 'object' && given !== null ? (given as Readonly<Record<string, unknown>>) : {};
  const args: Record<string, Json> = {};
  for (const [name, field] of Object.entries(parameters)) {
    const value = Object.hasOwn(written, name) ? valueOf(field, written[name]) : undefined;
    if (value === undefined && field.required)
      return `${name} is missing, or not ${field.choices?.join(' or ') ?? `a ${field.type}`}.`;
    args[name] = value ?? null;
  }
  return merged(args);
}
