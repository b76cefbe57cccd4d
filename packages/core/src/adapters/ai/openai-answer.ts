import { z } from 'zod';
import type { ModelPart, ModelRequest, ToolCall, Usage } from '../../ports.ts';
import { complaintIn } from './complaint.ts';
import { Failure } from './failure.ts';
import type { Sign } from './patience.ts';
import { eventsIn, objectIn, parsed } from './sse.ts';
import { complained } from './status.ts';
import { Counted, estimated } from './usage.ts';

const CallPiece = z.object({
  index: z.number().nullish(),
  id: z.string().nullish(),
  function: z.object({ name: z.string().nullish(), arguments: z.string().nullish() }).nullish(),
});
const Chunk = z.object({
  choices: z
    .array(
      z.object({
        delta: z
          .object({
            content: z.string().nullish(),
            refusal: z.string().nullish(),
            tool_calls: z.array(CallPiece).nullish(),
          })
          .nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .nullish(),
  usage: z.object({ prompt_tokens: Counted, completion_tokens: Counted }).nullish(),
});

/** An answer of `/chat/completions` as it streams in. @throws Failure for one that does not come to its end */
export async function* answerIn(
  body: AsyncIterable<Uint8Array>,
  request: ModelRequest,
): AsyncGenerator<Sign<ModelPart>> {
  const calls = new Map<string, { id: string; name: string; text: string }>();
  let finish = '';
  let usage: Usage | undefined;
  let text = '';
  let refusal = '';
  for await (const data of eventsIn(body)) {
    if (data.trim() === '[DONE]') break;
    const { choices, usage: counted } = chunkIn(data);
    if (counted) usage = { inputTokens: counted.prompt_tokens, outputTokens: counted.completion_tokens };
    const { delta, finish_reason: reason } = choices?.[0] ?? {};
    if (reason) finish = reason;
    refusal += delta?.refusal ?? '';
    for (const piece of delta?.tool_calls ?? []) take(calls, piece);
    text += delta?.content ?? '';
    yield delta?.content ? { kind: 'text', text: delta.content } : null;
  }
  const made = [...calls.values()].map(callOf);
  usage ??= estimated(request, text + JSON.stringify(made));
  if (refusal) throw new Failure('blocked', '', { usage });
  mustBeWhole(finish, usage);
  if (text === '' && made.length === 0) throw new Failure('malformed', 'an empty answer', { usage });
  for (const call of made) yield { kind: 'call', call };
  yield { kind: 'done', usage };
}

function chunkIn(data: string): z.output<typeof Chunk> {
  const value = objectIn(data);
  if (value.error) throw midway(value);
  const { data: chunk } = Chunk.safeParse(value);
  if (!chunk) throw new Failure('malformed');
  return chunk;
}

/** An error in the middle of an answer has a status only in its words. */
function midway(value: unknown): Failure {
  const complaint = complaintIn(value);
  const codes = complaint?.codes.join(' ') ?? '';
  const status = Number(/\b[45]\d\d\b/.exec(codes)?.[0] ?? (/rate_limit/.test(codes) ? 429 : 500));
  return complained({ status, complaint, words: '', retryAfterMs: complaint?.retryAfterMs });
}

function mustBeWhole(finish: string, usage: Usage) {
  switch (finish) {
    case 'stop':
    case 'tool_calls':
    case 'function_call':
      return;
    case 'length':
      throw new Failure('too_long', '', { usage });
    case 'content_filter':
      throw new Failure('blocked', '', { usage });
    default:
      throw new Failure('cut', '', { usage });
  }
}

/** Calls come in pieces that name their place; some servers number every call 0 and tell them apart by id alone. */
function take(
  calls: Map<string, { id: string; name: string; text: string }>,
  { index, id, function: piece }: z.output<typeof CallPiece>,
) {
  const place = String(index ?? 0);
  const known = calls.get(place);
  const isOther = known && id && known.id !== id;
  const key = isOther ? `${place} ${id}` : place;
  const call = calls.get(key) ?? { id: id || `call_${calls.size}`, name: '', text: '' };
  calls.set(key, {
    ...call,
    name: call.name || (piece?.name ?? ''),
    text: call.text + (piece?.arguments ?? ''),
  });
}

const callOf = ({ id, name, text }: { id: string; name: string; text: string }): ToolCall => ({
  id,
  name,
  // What is no JSON is for whoever checks it.
  arguments: text === '' ? {} : (parsed(text) ?? text),
});
