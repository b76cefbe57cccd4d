import { z } from 'zod';
import { CrmflowError, reasonOf } from '../../errors.ts';
import type { AiRequest, Answered, ToolCall } from '../../ports.ts';
import { modelName } from './models.ts';
import { failed, type EffectContext, type Outcome } from '../node.ts';

/** What every kind that asks a model has. */
export const asking = {
  /** Who is asked, in turn: `gemini`, `openai:gpt-4o-mini`, `extractive`; as the workflow's settings say when absent. */
  models: z.array(modelName()).min(1).max(10).optional(),
  /** Of one answer, with what a model thinks before. */
  maxTokens: z.int().min(16).max(100_000).default(4_000),
  /** Lines of the conversation the model sees. */
  history: z.int().min(0).max(100).default(10),
};
/** Ways out for what may go wrong with a model. */
export const modelFaults = ['unavailable', 'budget'] as const;

export interface Reply extends Answered {
  text: string;
  calls: ToolCall[];
}

/** All of an answer; shown while it is made where `isShown`. */
export async function replyTo(
  request: AiRequest,
  { ai, signal, stream, restart }: EffectContext,
  isShown: boolean,
): Promise<Reply> {
  let text = '';
  let calls: ToolCall[] = [];
  for await (const part of ai.stream(request, signal))
    switch (part.kind) {
      case 'text':
        text += part.text;
        if (isShown) stream(part.text);
        break;
      case 'call':
        calls.push(part.call);
        break;
      case 'restart':
        text = '';
        calls = [];
        if (isShown) restart();
        break;
      case 'failed':
        break;
      case 'done': {
        const { kind: _kind, ...answered } = part;
        return { text, calls, ...answered };
      }
    }
  throw new CrmflowError('provider_failed', 'The answer broke off before its end.', { reason: 'cut' });
}

/** The JSON of an answer, asked for once more where it is none; undefined when it is none again. */
export async function dataOf(request: AiRequest, ctx: EffectContext): Promise<unknown> {
  const first = jsonIn((await replyTo(request, ctx, false)).text);
  return first === undefined ? jsonIn((await replyTo(request, ctx, false)).text) : first;
}

/** The JSON a model wrote; undefined when it is none. */
export function jsonIn(text: string): unknown {
  // Some models put a fence around it, whatever they are told.
  const bare = text
    .trim()
    .replace(/^```(?:json)?/, '')
    .replace(/```$/, '');
  try {
    return JSON.parse(bare);
  } catch {
    return undefined;
  }
}

/** What was said before the visitor's last words: those are asked about. */
export async function saidBefore(
  { history, scope }: EffectContext,
  lines: number,
): Promise<NonNullable<AiRequest['history']>> {
  const said = lines > 0 ? await history(lines + 1) : [];
  // What came in parts is asked about as one.
  let asked = scope.message ?? '';
  let before = said;
  for (let last = before.at(-1); asked && isEndOf(asked, last); last = before.at(-1)) {
    asked = asked.slice(0, asked.length - last.text.length).trimEnd();
    before = before.slice(0, -1);
  }
  return before.slice(-lines || Infinity);
}
type Line = NonNullable<AiRequest['history']>[number];
const isEndOf = (asked: string, line: Line | undefined): line is Line =>
  line?.from === 'user' && asked.endsWith(line.text);

/** Leaves by the port for what went wrong with a model; anything else is thrown on. */
export function withoutModel(cause: unknown, { nodeId }: EffectContext): Outcome {
  const reason = reasonOf(cause);
  if (reason === undefined) throw cause;
  return failed(cause, nodeId, reason === 'budget' ? 'budget' : 'unavailable');
}
