// Draws what `BENCH_OUT=figures.jsonl npm run bench -- engine durable peers` noted: node bench/plot.mjs figures.jsonl docs/benchmarks.svg
import { readFileSync, writeFileSync } from 'node:fs';

const [from, to] = process.argv.slice(2);
const tables = readFileSync(from, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

const [WIDTH, LEFT, RIGHT, BAR, GAP] = [860, 300, 90, 18, 26];
const COLOURS = ['#0b6e4f', '#7a8b99', '#b4c0c9', '#d3dae0', '#e6eaed'];
const most = Math.max(...tables.flatMap(({ rates }) => Object.values(rates)));
const decades = Math.ceil(Math.log10(most));
/** Of a decade as wide as the next: from 10 on. */
const xOf = (rate) => LEFT + (Math.max(0, Math.log10(rate) - 1) / (decades - 1)) * (WIDTH - LEFT - RIGHT);
const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const text = (x, y, words, more = '') => `<text x="${x}" y="${y}" ${more}>${escape(words)}</text>`;

const parts = [];
let y = 46;
for (const { title, rates } of tables) {
  parts.push(text(16, y, title, 'font-weight="bold"'));
  y += 10;
  for (const [at, [name, rate]] of Object.entries(rates).entries()) {
    const width = xOf(rate) - LEFT;
    parts.push(text(LEFT - 10, y + BAR - 5, name, 'text-anchor="end"'));
    parts.push(
      `<rect x="${LEFT}" y="${y}" width="${width.toFixed(1)}" height="${BAR - 4}" fill="${COLOURS[at % COLOURS.length]}"/>`,
    );
    parts.push(text(LEFT + width + 6, y + BAR - 5, Math.round(rate).toLocaleString('en')));
    y += BAR;
  }
  y += GAP;
}
const grid = Array.from({ length: decades }, (_, at) => 10 ** (at + 1)).map(
  (rate) =>
    `<line x1="${xOf(rate)}" y1="30" x2="${xOf(rate)}" y2="${y - GAP}" stroke="#dddddd"/>` +
    text(xOf(rate), 22, rate.toLocaleString('en'), 'text-anchor="middle" fill="#555555"'),
);
writeFileSync(
  to,
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" font-family="sans-serif" font-size="12" role="img">
<title>Figures of docs/benchmarks.md, a second, each decade as wide as the next</title>
<rect width="100%" height="100%" fill="#ffffff"/>
${[...grid, ...parts].join('\n')}
</svg>
`,
);
