import { expect, it, describe } from 'vitest';
import { heard, SPOKEN } from './kit.ts';

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
});
