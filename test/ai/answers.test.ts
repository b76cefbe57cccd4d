import { describe, expect, it } from 'vitest';
import { heard, never, question, SPOKEN, textOf } from './kit.ts';
import type { ToolCall } from '../../packages/core/src/ports.ts';

const TOOLS = [
  {
    name: 'find_order',
    description: 'Looks an order up.',
    parameters: {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      properties: { number: { type: 'string' }, year: { type: ['integer', 'null'] } },
      required: ['number'],
      additionalProperties: false,
    },
  },
  { name: 'now', description: 'Tells the time.', parameters: { type: 'object', properties: {} } },
];

/** The two requests of a call, as each provider wants them. */
const CALLED: Record<string, (id: string) => object[]> = {
  gemini: (id) => {
    const asked = { role: 'user', parts: [{ text: 'How long is the warranty of the panel?' }] };
    const args = { number: 'A-7' };
    const call = { functionCall: { id, name: 'find_order', args }, thoughtSignature: 'signed find_order' };
    const functionResponse = { id, name: 'find_order', response: { result: 'sent on Monday' } };
    const parameters = {
      type: 'object',
      properties: { number: { type: 'string' }, year: { type: 'integer', nullable: true } },
      required: ['number'],
    };
    const find = { name: 'find_order', description: 'Looks an order up.', parameters };
    const now = { name: 'now', description: 'Tells the time.' };
    return [
      {
        systemInstruction: { parts: [{ text: 'Answer shortly.' }] },
        contents: [asked],
        generationConfig: { maxOutputTokens: 100 },
        tools: [{ functionDeclarations: [find, now] }],
      },
      {
        contents: [asked, { role: 'model', parts: [call] }, { role: 'user', parts: [{ functionResponse }] }],
      },
    ];
  },
  openai: (id) => {
    const asked = [
      { role: 'system', content: 'Answer shortly.' },
      { role: 'user', content: 'How long is the warranty of the panel?' },
    ];
    const call = { id, type: 'function', function: { name: 'find_order', arguments: '{"number":"A-7"}' } };
    return [
      {
        model: 'some-model',
        messages: asked,
        max_completion_tokens: 100,
        stream: true,
        stream_options: { include_usage: true },
        tools: TOOLS.map((tool) => ({ type: 'function', function: tool })),
      },
      {
        messages: [
          ...asked,
          { role: 'assistant', content: null, tool_calls: [call] },
          { role: 'tool', tool_call_id: id, content: 'sent on Monday' },
        ],
      },
    ];
  },
};

/** What stands for a schema in the request. */
const SHAPED: Record<string, (schema: object) => object> = {
  gemini: () => ({
    generationConfig: {
      responseMimeType: 'application/json',
      responseSchema: {
        type: 'object',
        properties: {
          size: { type: 'integer', minimum: 1 },
          colour: { type: 'string', enum: ['red', 'green'], nullable: true },
          kind: { type: 'string', enum: ['panel'] },
          where: { type: 'string', nullable: true },
          tags: { type: 'array', items: { type: 'string', maxLength: 5 } },
          either: { anyOf: [{ type: 'string' }, { type: 'number' }] },
          level: { type: 'integer' },
        },
        required: ['size'],
      },
    },
  }),
  openai: (schema) => ({
    response_format: { type: 'json_schema', json_schema: { name: 'answer', schema } },
  }),
};

describe.each(Object.entries(SPOKEN))('%s', (_name, open) => {
  it('gives the pieces of an answer as they come, then what it cost', async () => {
    const { provider } = await open({ answers: [{ texts: ['Ten ', 'years.'] }] });
    expect(await heard(provider)).toEqual({
      parts: [
        { kind: 'text', text: 'Ten ' },
        { kind: 'text', text: 'years.' },
        { kind: 'done', usage: { inputTokens: 12, outputTokens: 5 } },
      ],
      refusal: null,
    });
  });

  it('reads characters that travel in pieces', async () => {
    const { provider } = await open({
      answers: [{ texts: ['Zürich ', '日本 ', '🌞\u2028.'], bytesAtOnce: 1 }],
    });
    expect(textOf((await heard(provider)).parts)).toBe('Zürich 日本 🌞\u2028.');
  });

  it('counts four characters a token where the server does not count', async () => {
    const { provider } = await open({ answers: [{ texts: ['x'.repeat(400)], usage: null }] });
    const { parts } = await heard(provider, { messages: [{ role: 'user', text: 'y'.repeat(4_000) }] });
    const done = parts.at(-1);
    if (done?.kind !== 'done') throw new Error('no end');
    expect(done.usage.outputTokens).toBeGreaterThanOrEqual(100);
    expect(done.usage.outputTokens).toBeLessThan(110);
    expect(done.usage.inputTokens).toBeGreaterThanOrEqual(1_000);
    expect(done.usage.inputTokens).toBeLessThan(1_050);
  });

  it('tells a call that the model asks for, and takes it and its result back', async () => {
    const { provider, server } = await open({
      answers: [
        { calls: [{ name: 'find_order', arguments: { number: 'A-7' } }] },
        { texts: ['It is on its way.'] },
      ],
    });
    const { parts } = await heard(provider, { tools: TOOLS });
    const [first] = parts;
    if (first?.kind !== 'call') throw new Error('no call');
    expect(first.call).toMatchObject({ name: 'find_order', arguments: { number: 'A-7' } });
    expect(parts.at(-1)).toMatchObject({ kind: 'done' });

    const { id, name } = first.call;
    const { parts: next } = await heard(provider, {
      tools: TOOLS,
      messages: [
        ...question.messages,
        { role: 'calls', calls: [first.call] },
        { role: 'results', results: [{ id, name, text: 'sent on Monday' }] },
      ],
    });
    expect(textOf(next)).toBe('It is on its way.');
    expect(server.requests.map(({ body }) => body)).toMatchObject(CALLED[provider.name]!(id));
  });

  it('asks for JSON of a schema', async () => {
    const { provider, server } = await open({ answers: [{ texts: ['{"size":', '3}'] }] });
    const schema = {
      type: 'object',
      properties: {
        size: { type: 'integer', minimum: 1 },
        colour: { enum: ['red', 'green', null] },
        kind: { const: 'panel' },
        where: { anyOf: [{ type: 'string' }, { type: 'null' }] },
        tags: { type: 'array', items: { type: 'string', maxLength: 5 } },
        either: { oneOf: [{ type: 'string' }, { type: 'number' }] },
        level: { type: 'integer', enum: [1, 2] },
      },
      required: ['size'],
      additionalProperties: false,
    };
    expect(textOf((await heard(provider, { schema })).parts)).toBe('{"size":3}');
    expect(server.requests[0]!.body).toMatchObject(SHAPED[provider.name]!(schema));
  });

  it('makes one vector a text, in their order, of length 1, alike where texts are', async () => {
    const { provider, server } = await open();
    const texts = Array.from({ length: 130 }, (_, index) => `panel number ${index}`);
    const vectors = await provider.embed!.vectors(texts, 'passage', never);
    const [asked] = await provider.embed!.vectors(['panel number 77'], 'question', never);
    const products = vectors.map((vector) => vector.reduce((sum, value, at) => sum + value * asked![at]!, 0));
    expect(vectors.length).toBe(130);
    expect(products[77]).toBeCloseTo(1, 5);
    expect(Math.max(...products.filter((_, index) => index !== 77))).toBeLessThan(0.99);
    expect(server.requests.length).toBe(3);
  });

  it.each([[{ data: [], embeddings: [] }], [{}], ['no JSON']])(
    'refuses vectors that are not one for each text: %j',
    async (body) => {
      const { provider } = await open({ besides: { body } });
      await expect(provider.embed!.vectors(['a'], 'passage', never)).rejects.toMatchObject({
        code: 'provider_failed',
        details: { reason: 'malformed' },
      });
    },
  );

  it('asks again for vectors', async () => {
    const { provider, waits } = await open({ besides: { status: 503 } });
    await expect(provider.embed!.vectors(['a'], 'passage', never)).rejects.toMatchObject({
      details: { reason: 'overloaded' },
    });
    expect(waits).toEqual([500, 1000]);
  });

  it('writes down what is said in a recording', async () => {
    const { provider, server } = await open({ answers: [{ texts: ['What is ', 'said.'] }] });
    const audio = { bytes: Uint8Array.from([1, 2, 3, 255]), mimeType: 'audio/webm;codecs=opus' };
    expect(await provider.transcribe!(audio, never)).toBe('What is said.');
    const [{ path, body }] = server.requests as [(typeof server.requests)[0]];
    if (path.endsWith('/audio/transcriptions')) {
      expect(body).toContain('filename="recording.webm"');
      expect(body).toContain('whisper-1');
    } else
      expect(body.contents[0].parts[0]).toEqual({
        inlineData: { mimeType: 'audio/webm', data: 'AQID/w==' },
      });
  });

  it('checks a key without asking for anything that costs', async () => {
    const { provider, server } = await open();
    await provider.check(never);
    expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      expect.stringMatching(/^GET .*\/models/),
    ]);
  });
});

describe('gemini', () => {
  it('says nothing of a schema that Gemini would not understand', async () => {
    const { provider, server } = await SPOKEN.gemini();
    const schema = {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      properties: { at: { type: 'string', format: 'email', default: 'x' }, level: { enum: [1, 2] } },
      additionalProperties: false,
    };
    await heard(provider, { schema });
    expect(server.requests[0]!.body.generationConfig.responseSchema).toEqual({
      type: 'object',
      properties: { at: { type: 'string' }, level: { type: 'number' } },
    });
  });

  const answer = (parts: object[], more = {}) =>
    `data: ${JSON.stringify({ candidates: [{ content: { parts }, finishReason: 'STOP' }], ...more })}\r\n\r\n`;

  it('gives nothing of what the model thought, and counts it', async () => {
    const { provider } = await SPOKEN.gemini({
      answers: [
        {
          finish: null,
          raw: answer([{ text: 'Hm.', thought: true }, { text: 'Ten.' }], {
            usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 2, thoughtsTokenCount: 40 },
          }),
        },
      ],
    });
    expect((await heard(provider)).parts).toEqual([
      { kind: 'text', text: 'Ten.' },
      { kind: 'done', usage: { inputTokens: 3, outputTokens: 42 } },
    ]);
  });

  it.each(['RECITATION', 'PROHIBITED_CONTENT', 'BLOCKLIST', 'SPII', 'IMAGE_SAFETY'])(
    'names the rule by which it was stopped: %s',
    async (finishReason) => {
      const raw = `data: ${JSON.stringify({ candidates: [{ finishReason }] })}\r\n\r\n`;
      const { provider } = await SPOKEN.gemini({ answers: [{ finish: null, raw }] });
      expect((await heard(provider)).refusal).toMatchObject({
        message: `Gemini stopped the answer by its own rules: ${finishReason}. Word the request differently.`,
        details: { reason: 'blocked' },
      });
    },
  );

  it('gives the one signature of calls that were made at once back as it was', async () => {
    const { provider, server } = await SPOKEN.gemini();
    const calls: ToolCall[] = [
      { id: 'a', name: 'now', arguments: {}, signature: 'signed' },
      { id: 'b', name: 'now', arguments: 'no JSON' },
    ];
    const results = calls.map(({ id, name }) => ({ id, name, text: 'noon' }));
    await heard(provider, {
      messages: [...question.messages, { role: 'calls', calls }, { role: 'results', results }],
    });
    expect(server.requests[0]!.body.contents.at(-2).parts).toEqual([
      { functionCall: { id: 'a', name: 'now', args: {} }, thoughtSignature: 'signed' },
      { functionCall: { id: 'b', name: 'now', args: {} } },
    ]);
  });

  it('names a call that went wrong', async () => {
    const raw = `data: ${JSON.stringify({ candidates: [{ finishReason: 'MALFORMED_FUNCTION_CALL' }] })}\r\n\r\n`;
    const { provider } = await SPOKEN.gemini({ answers: [{ finish: null, raw }] });
    expect((await heard(provider)).refusal).toMatchObject({
      message: 'Gemini sent no whole answer (MALFORMED_FUNCTION_CALL). Try again.',
      details: { reason: 'malformed' },
    });
  });

  it('names a question that was not let in', async () => {
    const raw = `data: ${JSON.stringify({ promptFeedback: { blockReason: 'SAFETY' } })}\r\n\r\n`;
    const { provider } = await SPOKEN.gemini({ answers: [{ finish: null, raw }] });
    expect((await heard(provider)).refusal).toMatchObject({ details: { reason: 'blocked' } });
  });

  it('lets a call of another model pass without its signature', async () => {
    const { provider, server } = await SPOKEN.gemini();
    const call: ToolCall = { id: 'call_1', name: 'now', arguments: {} };
    const results = [{ id: call.id, name: 'now', text: 'noon' }];
    await heard(provider, {
      messages: [...question.messages, { role: 'calls', calls: [call] }, { role: 'results', results }],
    });
    expect(server.requests[0]!.body.contents.at(-2).parts[0].thoughtSignature).toBe(
      'skip_thought_signature_validator',
    );
  });
});

describe('openai', () => {
  it('refuses what the model itself refuses', async () => {
    const raw = `data: ${JSON.stringify({ choices: [{ delta: { refusal: 'I cannot.' }, finish_reason: 'stop' }] })}\n\n`;
    const { provider } = await SPOKEN.openai({ answers: [{ finish: null, raw }] });
    expect((await heard(provider)).refusal).toMatchObject({ details: { reason: 'blocked' } });
  });

  it.each([
    ['stream_options', 'Unknown field: stream_options'],
    ['response_format', "'response_format' of type json_schema is not supported"],
    ['max_completion_tokens', 'Unrecognized argument: max_completion_tokens'],
  ])('asks once more without %s when a server does not know it', async (word, message) => {
    const { provider, server } = await SPOKEN.openai({
      answers: ({ body }) => (word in body ? { status: 400, message } : { texts: ['{}'] }),
    });
    expect(textOf((await heard(provider, { schema: { type: 'object' } })).parts)).toBe('{}');
    expect(server.requests.length).toBe(2);
    expect(server.requests[1]!.body).toMatchObject({ model: 'some-model', stream: true });
  });

  it('does not go on for ever with a server that knows nothing', async () => {
    const { provider, server } = await SPOKEN.openai({
      answers: [{ status: 400, message: 'No max_tokens, no max_completion_tokens.' }],
    });
    expect((await heard(provider)).refusal).toMatchObject({ details: { reason: 'refused' } });
    expect(server.requests.length).toBe(4);
  });

  it('takes calls that a server numbers all alike, and arguments that are no JSON', async () => {
    const piece = (id: string, text: string) =>
      `data: ${JSON.stringify({ choices: [{ delta: { tool_calls: [{ index: 0, id, function: { name: 'now', arguments: text } }] } }] })}\n\n`;
    const end = `data: ${JSON.stringify({ choices: [{ delta: {}, finish_reason: 'tool_calls' }] })}\n\n`;
    const { provider } = await SPOKEN.openai({
      answers: [{ finish: null, raw: piece('a', '{"x":1}') + piece('b', '{"x":') + end }],
    });
    const calls = (await heard(provider)).parts.flatMap((part) => (part.kind === 'call' ? [part.call] : []));
    expect(calls).toEqual([
      { id: 'a', name: 'now', arguments: { x: 1 } },
      { id: 'b', name: 'now', arguments: '{"x":' },
    ]);
  });
});
