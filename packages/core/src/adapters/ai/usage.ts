import { z } from 'zod';
import type { ModelPart, ModelRequest, Usage } from '../../ports.ts';
import { Failure } from './failure.ts';
import type { Open } from './patience.ts';

const CHARACTERS_PER_TOKEN = 4;
/** No answer has more: what a server counts is written down, and anybody may run one. */
const MOST_TOKENS = 100_000_000;

/** Tokens as a server counts them. */
export const Counted = z
  .number()
  .transform((tokens) => Math.min(MOST_TOKENS, Math.max(0, Math.ceil(tokens))));

/** What a server that does not count has probably used: four characters a token. */
export const estimated = (request: ModelRequest, answer: string): Usage => ({
  inputTokens: tokensIn([request.system, request.messages, request.tools, request.schema]),
  outputTokens: tokensIn(answer),
});

const tokensIn = (value: unknown) => Math.ceil(JSON.stringify(value).length / CHARACTERS_PER_TOKEN);

/** Every text of a request that a person or a model wrote. */
export const textsOf = ({ system = '', messages }: ModelRequest): string[] => [
  system,
  ...messages.flatMap((message) => {
    switch (message.role) {
      case 'user':
      case 'model':
        return [message.text];
      case 'calls':
        return message.calls.map((call) => JSON.stringify(call.arguments));
      case 'results':
        return message.results.map(({ text }) => text);
    }
  }),
];

/** What opens an answer, such that its cost is also that of the tries before, as far as they told it. */
export function addingUp(open: Open<ModelPart>): Open<ModelPart> {
  let before: Usage = { inputTokens: 0, outputTokens: 0 };
  const withThose = ({ inputTokens, outputTokens }: Usage): Usage => ({
    inputTokens: before.inputTokens + inputTokens,
    outputTokens: before.outputTokens + outputTokens,
  });
  return async function* (signal) {
    try {
      for await (const part of open(signal))
        yield part?.kind === 'done' ? { kind: 'done', usage: withThose(part.usage) } : part;
    } catch (cause) {
      if (cause instanceof Failure && cause.usage) before = cause.usage = withThose(cause.usage);
      throw cause;
    }
  };
}
