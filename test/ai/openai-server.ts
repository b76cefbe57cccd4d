import {
  scripted,
  vectorOf,
  type Answer,
  type Protocol,
  type Scripted,
  type ScriptedOptions,
} from './wire.ts';

const FINISH = { stop: 'stop', length: 'length', blocked: 'content_filter' };

interface Options extends ScriptedOptions {
  /** What is said in every recording. */
  transcript?: string;
}

/** OpenAI's protocol as it is spoken on the wire, on loopback; its base URL is `${url}/v1`. */
export const openaiServer = ({
  key = 'test-key',
  transcript = 'What is said.',
  ...options
}: Options = {}): Promise<Scripted> => scripted(protocolFor(key, transcript), options);

const protocolFor = (key: string, transcript: string): Protocol => ({
  isAllowed: ({ headers }) => headers.authorization === (key ? `Bearer ${key}` : undefined),
  refusedKey: { status: 401, code: 'invalid_api_key', message: 'Incorrect API key provided: sk-wr***ng.' },
  usual({ path, body }) {
    if (path.endsWith('/models')) return { object: 'list', data: [{ id: 'gpt-4o-mini', object: 'model' }] };
    if (path.endsWith('/audio/transcriptions')) return { text: transcript };
    if (path.endsWith('/embeddings'))
      return {
        data: (body.input as string[])
          .map((text, index) => ({ object: 'embedding', index, embedding: vectorOf(text, 256) }))
          // Their order is told by their index alone.
          .reverse(),
      };
    return undefined;
  },
  events: openaiEvents,
  error: ({ status, message = 'Something is wrong.', code = null }) => ({
    error: { message, type: status < 500 ? 'invalid_request_error' : 'server_error', param: null, code },
  }),
});

export function openaiEvents({
  texts = [],
  calls = [],
  finish = 'stop',
  usage = { inputTokens: 12, outputTokens: 5 },
}: Answer) {
  const choice = (delta: object, finish_reason: string | null = null) => ({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, finish_reason }],
    usage: null,
  });
  const called = calls.flatMap(({ name, arguments: given }, index) => {
    const text = JSON.stringify(given);
    const half = Math.ceil(text.length / 2);
    return [
      { index, id: `call_${index}`, type: 'function', function: { name, arguments: '' } },
      { index, function: { arguments: text.slice(0, half) } },
      { index, function: { arguments: text.slice(half) } },
    ].map((piece) => choice({ tool_calls: [piece] }));
  });
  const isCalls = finish === 'stop' && calls.length > 0;
  const end = finish ? [choice({}, isCalls ? 'tool_calls' : FINISH[finish])] : [];
  const counted = usage && {
    choices: [],
    usage: { prompt_tokens: usage.inputTokens, completion_tokens: usage.outputTokens },
  };
  return [
    choice({ role: 'assistant', content: '' }),
    ...texts.map((content) => choice({ content })),
    ...called,
    ...end,
    ...(finish && counted ? [counted] : []),
  ]
    .map((event) => `data: ${JSON.stringify(event)}\n\n`)
    .concat(finish ? ['data: [DONE]\n\n'] : []);
}
