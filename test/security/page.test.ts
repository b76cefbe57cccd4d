import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const lines = readFileSync('docs/security.md', 'utf8')
  .split('\n')
  .flatMap((line) => {
    const [, file, title] = /\| (test\/\S+\.ts): (.+?) +\|$/.exec(line) ?? [];
    return file && title ? [{ file, title }] : [];
  });

it('finds every test that the page on security names', () => {
  expect(lines.length).toBeGreaterThan(60);
  const missing = lines.filter(({ file, title }) => {
    const text = readFileSync(file, 'utf8').replaceAll("\\'", "'");
    return !['`', "'", '"'].some((quote) => text.includes(quote + title));
  });
  expect(missing).toEqual([]);
});
