import type { ModelRequest, Usage } from '../../ports.ts';

const CHARACTERS_PER_TOKEN = 4;

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
