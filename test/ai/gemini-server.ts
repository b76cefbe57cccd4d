import {
  scripted,
  vectorOf,
  type Answer,
  type Protocol,
  type Scripted,
  type ScriptedOptions,
} from './wire.ts';

const FINISH = { stop: 'STOP', length: 'MAX_TOKENS', blocked: 'SAFETY' };

/** Google's Gemini as it is spoken on the wire (v1beta), on loopback. */
export const geminiServer = ({ key = 'test-key', ...options }: ScriptedOptions = {}): Promise<Scripted> =>
  scripted(protocolFor(key), options);

const protocolFor = (key: string): Protocol => ({
  isAllowed: ({ headers }) => headers['x-goog-api-key'] === key,
  refusedKey: {
    status: 400,
    code: 'API_KEY_INVALID',
    message: 'API key not valid. Please pass a valid API key.',
  },
  usual({ method, path, body }) {
    if (method === 'GET' && path.startsWith('/v1beta/models'))
      return { models: [{ name: 'models/gemini-flash-latest' }] };
    if (path.endsWith(':batchEmbedContents'))
      return {
        embeddings: (body.requests as EmbedRequest[]).map(({ content, outputDimensionality }) => ({
          values: vectorOf(content.parts[0]!.text, outputDimensionality ?? 3072),
        })),
      };
    return undefined;
  },
  events: geminiEvents,
  error: ({ status, message = 'Something is wrong.', code, headers }) => ({
    error: {
      code: status,
      message,
      status: STATUS[status] ?? 'UNKNOWN',
      details: [
        ...(code ? [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: code }] : []),
        ...(headers?.['x-retry-delay']
          ? [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: headers['x-retry-delay'] }]
          : []),
      ],
    },
  }),
});

interface EmbedRequest {
  content: { parts: { text: string }[] };
  outputDimensionality?: number;
}

const STATUS: Record<number, string> = {
  400: 'INVALID_ARGUMENT',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
};

export function geminiEvents({
  texts = [],
  calls = [],
  finish = 'stop',
  usage = { inputTokens: 12, outputTokens: 5 },
}: Answer) {
  const counted = usage && {
    usageMetadata: { promptTokenCount: usage.inputTokens, candidatesTokenCount: usage.outputTokens },
  };
  const parts = [
    ...texts.map((text) => ({ text })),
    ...calls.map(({ name, arguments: args }) => ({
      functionCall: { name, args },
      thoughtSignature: `signed ${name}`,
    })),
  ];
  const said = parts.map((part) => ({
    candidates: [{ content: { role: 'model', parts: [part] }, index: 0 }],
  }));
  const end = { candidates: [{ ...(finish && { finishReason: FINISH[finish] }), index: 0 }], ...counted };
  // Google ends its lines like this.
  return [...said, ...(finish ? [end] : [])].map((event) => `data: ${JSON.stringify(event)}\r\n\r\n`);
}
