import { describe, expect, it } from 'vitest';
import { createSections } from '../../packages/core/src/knowledge/headings.ts';
import { passagesOf } from '../../packages/core/src/knowledge/passages.ts';
import { worldReaching } from './kit.ts';

const cut = (text: string, pages: { page: number; start: number }[] = []) => [...passagesOf(text, pages)];
const sentences = (count: number, word = 'lantern') =>
  Array.from({ length: count }, (_, at) => `The ${word} number ${at + 1} hangs beside the old door.`).join(
    ' ',
  );

describe('a passage', () => {
  it('says where it stands: its text is that piece of the whole', () => {
    const text = `# Title\n\n${sentences(60)}\n\nOpening hours\n\n${sentences(3, 'shop')}\n\n${'x'.repeat(5_000)}`;
    const passages = cut(text);
    expect(passages.length).toBeGreaterThan(4);
    for (const { text: piece, start, end } of passages) expect(text.slice(start, end)).toBe(piece);
    expect(
      passages
        .map(({ text: piece }) => piece)
        .join('')
        .replaceAll(/\s/g, ''),
    ).toBe(text.replaceAll(/\s/g, ''));
    expect(Math.max(...passages.map(({ text: piece }) => piece.length))).toBeLessThanOrEqual(1_800 + 80);
  });

  it.each([
    ['in Markdown', '## Returns'],
    ['underlined', 'Returns\n-------'],
    ['as a line that stands alone', 'Returns'],
    ['as a question', 'May I return a panel?'],
  ])('begins at a heading %s, which stays with what it heads, however long that is', (_how, heading) => {
    const long = sentences(40).slice(0, -1);
    for (const after of [sentences(3), long.replaceAll('. ', ', ')]) {
      const found = cut(`${sentences(9)}\n\n${heading}\n\n${after}`);
      const at = found.findIndex(({ text }) => text.startsWith(heading));
      expect(at).toBeGreaterThan(0);
      expect(found[at]!.text.length).toBeGreaterThan(heading.length + 100);
    }
  });

  it('begins with its page, but for a sentence that goes on there', () => {
    const pages = [
      ['One lantern hangs here.', 'It is lit at dusk by the'],
      ['keeper who lives upstairs.'],
      ['Three lanterns hang there.'],
    ].map((blocks) => blocks.join(' '));
    let text = '';
    const starts = pages.map((page, at) => {
      if (text) text += '\n\n';
      const start = text.length;
      text += page;
      return { page: at + 1, start };
    });
    expect(cut(text, starts).map(({ text: piece, page }) => [page, piece])).toEqual([
      [1, 'One lantern hangs here. It is lit at dusk by the\n\nkeeper who lives upstairs.'],
      [3, 'Three lanterns hang there.'],
    ]);
  });

  it('does not begin at each line of a list', () => {
    const list = ['Apples', 'Pears', 'Plums', 'Quinces'].join('\n\n');
    expect(cut(`We sell:\n\n${list}`)).toHaveLength(1);
  });
});

describe('the headings above a passage', () => {
  it('are those of the sections it stands in', () => {
    const sectionsOf = createSections();
    const passages = [
      '# Handbook\n\nWelcome.',
      '## Returns\n\nSend it back.',
      'Within thirty days.',
      '### Panels\n\nOnly whole ones.',
      '## Delivery\n\nBy lorry.',
      'On weekdays.',
    ];
    expect(passages.map(sectionsOf)).toEqual([
      [],
      ['Handbook'],
      ['Handbook', 'Returns'],
      ['Handbook', 'Returns'],
      ['Handbook'],
      ['Handbook', 'Delivery'],
    ]);
  });

  it('find it, though it does not say them itself', async () => {
    const { api } = worldReaching([]);
    const text = `# Handbook\n\n## Returns\n\n${sentences(20)}\n\n${sentences(8, 'cheque')}\n\n## Delivery\n\n${sentences(9)}`;
    await api.knowledge.file({
      file: {
        name: 'h.md',
        mimeType: 'text/markdown',
        bytes: new TextEncoder().encode(text),
      },
    });
    const { items } = await api.knowledge.search({ q: 'cheque returns', limit: 1 });
    expect(items[0]!.text).toMatch(/cheque/);
    expect(items[0]!.text).not.toMatch(/return/i);
    expect(items[0]!.score).toBe(1);
  });
});
