// npm run chaos [-- names] [--seed 1] [--sessions 5000] [--short]: breaks what CRMFlow stands on, and looks whether its
// promises hold. Prints a table; ends with 1 when one was broken. Without names everything is tried.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { endAll } from './kit/processes.mjs';
import { tableOf } from './kit/table.mjs';
import { TRIED } from './tried.mjs';

const USE = `npm run chaos [-- names] [--seed 1] [--sessions 5000] [--short]
Names, all when absent: ${TRIED.map(({ name }) => name).join(', ')}`;

/** What was asked for. */
function asked() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        seed: { type: 'string', default: '1' },
        sessions: { type: 'string' },
        short: { type: 'boolean', default: false },
      },
    });
  } catch (cause) {
    console.error(`${cause.message}\n${USE}`);
    process.exit(2);
  }
}

const { values, positionals: names } = asked();
if (values.help) {
  console.log(USE);
  process.exit(0);
}
const unknown = names.find((name) => !TRIED.some((row) => row.name === name));
if (unknown) {
  console.error(
    `There is nothing to try named ${unknown}. There are: ${TRIED.map(({ name }) => name).join(', ')}.`,
  );
  process.exit(2);
}
const wrong = ['seed', 'sessions'].find(
  (name) => values[name] !== undefined && !/^[1-9]\d*$/.test(values[name]),
);
if (wrong) {
  console.error(`--${wrong} takes a whole number from 1 on, and not ${values[wrong]}.`);
  process.exit(2);
}
const isShort = values.short;
const context = {
  seed: Number(values.seed),
  isShort,
  sessions: values.sessions === undefined ? undefined : Number(values.sessions),
  note: (line) => console.error(line),
};
const wanted = TRIED.filter(({ name, isInShort }) =>
  names.length ? names.includes(name) : !isShort || isInShort,
);

const results = [];
const began = performance.now();
try {
  // What fills the machine is tried by itself, the rest a few at a time.
  const alone = isShort ? [] : wanted.filter(({ isLarge }) => isLarge);
  for (const row of alone) await tryOut(row);
  const left = wanted.filter((row) => !alone.includes(row));
  await Promise.all(
    Array.from({ length: 3 }, async () => {
      for (let row = left.shift(); row; row = left.shift()) await tryOut(row);
    }),
  );
} finally {
  await endAll();
}
results.sort((one, other) => TRIED.indexOf(one.row) - TRIED.indexOf(other.row));
console.log(tableOf(results));
const breaches = results.flatMap(({ row, breaches }) => breaches.map((breach) => `${row.name}: ${breach}`));
const seconds = Math.round((performance.now() - began) / 1_000);
console.log(
  `\n${results.length} tried in ${seconds} s with the seed ${context.seed}; ${breaches.length} breaches.`,
);
if (breaches.length) {
  console.error(`\n${breaches.slice(0, 40).join('\n')}`);
}
// A visitor who still waits for somebody holds nothing up.
process.exit(breaches.length ? 1 : 0);

/** Whatever hangs is ended; a slow machine is waited for. */
async function inTime(row) {
  const minutes = row.isLarge ? 40 : 8;
  const tooLate = sleep(minutes * 60_000, undefined, { ref: false }).then(() => {
    throw new Error(`not done after ${minutes} minutes`);
  });
  return Promise.race([row.run(context), tooLate]);
}

async function tryOut(row) {
  const from = performance.now();
  const { observed, breaches } = await inTime(row).catch((cause) => ({
    observed: 'it could not be tried to its end',
    breaches: [String(cause.stack)],
  }));
  const seconds = (performance.now() - from) / 1_000;
  context.note(`${row.name}: ${breaches.length ? 'BROKEN' : 'held'} (${seconds.toFixed(0)} s)`);
  results.push({ row, observed, breaches, seconds });
}
