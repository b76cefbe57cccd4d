// npm run chaos [-- names] [--seed 1] [--sessions 5000] [--short]: keeps breaking what CRMFlow stands on, and looks whether its
// promises hold. Prints a table; ends with 1 when one was broken. Without names everything is tried.
import { parseArgs } from 'node:util';
import { endAll } from './kit/processes.mjs';
import { storm } from './storm.mjs';

const { values, positionals: names } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: '1' },
    sessions: { type: 'string' },
    short: { type: 'boolean', default: false },
  },
});
const seed = Number(values.seed);
const isShort = values.short;
const sessions = Number(values.sessions ?? (isShort ? 300 : 5_000));
const note = (line) => console.error(line);

try {
  const result = await storm({
    sessions,
    atOnce: Math.min(sessions, isShort ? 150 : 500),
    seed,
    isShort,
    note,
  });
  console.log(names, JSON.stringify(result, null, 1));
} finally {
  await endAll();
}
