import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createProviders } from '../../packages/core/src/adapters/ai/providers.ts';
import type { Http } from '../../packages/core/src/ports.ts';
import { geminiEvents } from './gemini-server.ts';
import { heard, now } from './kit.ts';
import { openaiEvents } from './openai-server.ts';
import type { Answer } from './wire.ts';

/** A line on which the bytes of an answer arrive in pieces of these sizes, one after the other and again. */
const inPieces = (bytes: Uint8Array, sizes: readonly number[]): Http => ({
  send: () => Promise.reject(new Error('nobody sends')),
  stream: ({ url }) =>
    Promise.resolve({
      url,
      status: 200,
      headers: { 'content-type': 'text/event-stream' },
      body: (async function* () {
        for (let from = 0, piece = 0; from < bytes.length; piece++) {
          const size = sizes[piece % sizes.length]!;
          yield bytes.subarray(from, from + size);
          from += size;
        }
      })(),
    }),
});

const ANSWER: Answer = {
  texts: ['Zürich', ' 日本', ' 🌞\u2028', '\n\ndata: no event\r\n', ' "quoted" \\u00e4'],
  calls: [{ name: 'find', arguments: { place: 'Köln', nested: [{ a: '🌍' }] } }],
};

describe.each([
  ['gemini', geminiEvents],
  ['openai', openaiEvents],
])('%s', (name, events) => {
  const bytes = Buffer.from(`: a comment\n\n${events(ANSWER).join('')}`);
  const partsBy = async (sizes: readonly number[]) => {
    const providers = createProviders({ http: inPieces(bytes, sizes), clock: { now: () => now } });
    const { parts, refusal } = await heard(providers.open(name, { parts: { key: 'k' }, host: null })!);
    // Gemini's calls have no ids of their own.
    const named = parts.map((part) =>
      part.kind === 'call' ? { ...part, call: { ...part.call, id: 'x' } } : part,
    );
    return { parts: named, refusal };
  };

  it('gives the same parts however the bytes are cut', async () => {
    const whole = await partsBy([bytes.length]);
    expect(whole.parts.length).toBe(7);
    expect(whole.refusal).toBe(null);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 20 }),
        async (sizes) => {
          expect(await partsBy(sizes)).toEqual(whole);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('names an answer that is no text', async () => {
    const broken = Buffer.concat([bytes.subarray(0, 40), Buffer.from([0xff, 0xfe]), bytes.subarray(40)]);
    const providers = createProviders({
      http: inPieces(broken, [7]),
      clock: { now: () => now },
      sleep: () => Promise.resolve(),
    });
    const { refusal } = await heard(providers.open(name, { parts: { key: 'k' }, host: null })!);
    expect(refusal).toMatchObject({ details: { reason: 'malformed' } });
  });
});
