import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { ModelPart, ModelRequest, Usage } from '../../ports.ts';
import { complaintIn } from './complaint.ts';
import { Failure } from './failure.ts';
import type { Sign } from './patience.ts';
import { complained } from './status.ts';
import { Counted, estimated } from './usage.ts';

const Count = Counted.optional();
/** Why an answer ended or was none; it stands in sentences. */
const Reason = z
  .string()
  .regex(/^[A-Z_]{1,50}$/)
  .optional();
const PartOf = z.object({
  text: z.string().optional(),
  thought: z.boolean().optional(),
  thoughtSignature: z.string().optional(),
  functionCall: z
    .object({ id: z.string().optional(), name: z.string(), args: z.unknown().optional() })
    .optional(),
});
const Chunk = z.object({
  candidates: z
    .array(
      z.object({
        content: z.object({ parts: z.array(PartOf).optional() }).optional(),
        finishReason: Reason,
      }),
    )
    .optional(),
  promptFeedback: z.object({ blockReason: Reason }).optional(),
  usageMetadata: z
    .object({ promptTokenCount: Count, candidatesTokenCount: Count, thoughtsTokenCount: Count })
    .optional(),
  error: z.unknown().optional(),
});

/** An answer of `streamGenerateContent` as the package reads it. @throws Failure for one that does not come to its end */
export async function* answerIn(
  responses: AsyncIterable<unknown>,
  request: ModelRequest,
): AsyncGenerator<Sign<ModelPart>> {
  let finish = '';
  let usage: Usage | undefined;
  let given = '';
  for await (const response of responses) {
    const { candidates, promptFeedback, usageMetadata: counted } = chunkIn(response);
    if (counted) usage = usageOf(counted);
    if (promptFeedback?.blockReason) throw new Failure('blocked', promptFeedback.blockReason, { usage });
    const { content, finishReason } = candidates?.[0] ?? {};
    finish = finishReason ?? finish;
    yield null;
    for (const { text, thought, thoughtSignature, functionCall } of content?.parts ?? []) {
      if (thought) continue;
      if (text) yield { kind: 'text', text };
      if (functionCall) yield callOf(functionCall, thoughtSignature);
      given += text ?? (functionCall ? JSON.stringify(functionCall) : '');
    }
  }
  usage ??= estimated(request, given);
  mustBeWhole(finish, usage);
  if (given === '') throw new Failure('malformed', 'an empty answer', { usage });
  yield { kind: 'done', usage };
}

function chunkIn(response: unknown): z.output<typeof Chunk> {
  const { data } = Chunk.safeParse(response);
  if (!data) throw new Failure('malformed');
  if (data.error !== undefined) throw midway(data);
  return data;
}

/** An error in the middle of an answer. */
function midway(response: unknown): Failure {
  const complaint = complaintIn(response);
  const status = complaint?.codes.map(Number).find((code) => code >= 400) ?? 500;
  return complained({ status, complaint, words: '', retryAfterMs: complaint?.retryAfterMs });
}

/** Thinking is paid for like answering. */
const usageOf = ({
  promptTokenCount = 0,
  candidatesTokenCount = 0,
  thoughtsTokenCount = 0,
}: NonNullable<z.output<typeof Chunk>['usageMetadata']>): Usage => ({
  inputTokens: promptTokenCount,
  outputTokens: candidatesTokenCount + thoughtsTokenCount,
});

const callOf = (
  { id = randomUUID(), name, args = {} }: NonNullable<z.output<typeof PartOf>['functionCall']>,
  signature: string | undefined,
): ModelPart => ({
  kind: 'call',
  call: { id, name, arguments: args, ...(signature !== undefined && { signature }) },
});

function mustBeWhole(finish: string, usage: Usage) {
  switch (finish) {
    case 'STOP':
      return;
    case 'MAX_TOKENS':
      throw new Failure('too_long', '', { usage });
    case '':
      throw new Failure('cut', '', { usage });
    default:
      if (RULE.test(finish)) throw new Failure('blocked', finish, { usage });
      throw new Failure('malformed', `no whole answer (${finish})`, { usage });
  }
}

const RULE = /SAFETY|RECITATION|LANGUAGE|BLOCKLIST|PROHIBITED|SPII/;
