import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { entries } from '@crmflow/core/contract';
import { openApp } from '@crmflow/core/open';
import { serve } from '@crmflow/server';
import ts from 'typescript';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { compiled } from './compiled.ts';
import { packSdk, run, type Packed } from './pack.ts';

const readme = readFileSync(new URL('../../packages/sdk/README.md', import.meta.url), 'utf8');
const rootReadme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const examples = [...`${readme}\n${rootReadme}`.matchAll(/^```(js|cjs|ts)\n(.*?)^```$/gms)].map(
  ([, kind, code]) => ({
    kind: kind!,
    code: code!,
  }),
);

let packed: Packed;
let url: string;
const close: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  packed = await packSdk();
  const { app, close: closeApp } = await openApp({ ephemeral: true });
  const serving = await serve({ app, port: 0, host: '127.0.0.1', version: '0.1.0' });
  url = serving.url;
  close.push(
    () => serving.close(),
    closeApp,
    () => packed.remove(),
  );
});
afterAll(async () => {
  for (const each of close) await each();
});

/** What each example prints, among other things. */
const prints = [
  ['bot: Thank you'],
  ["I'm sorry to hear that."],
  ['Welcome'],
  ['Monday to Friday', 'hours.txt'],
  [],
  ['unauthenticated 401'],
  ['Meanwhile it was called Hers.'],
  ['ok ok'],
  ['Thank you'],
];

// One after the other: the first registers the account that the others log in to.
it('shows examples that work as they stand', async () => {
  expect(examples).toHaveLength(prints.length);
  for (const [at, { kind, code }] of examples.entries()) {
    const file = join(packed.app, `example-${at}.${kind === 'cjs' ? 'cjs' : 'mjs'}`);
    const here = code.replaceAll('http://localhost:3001', url);
    writeFileSync(file, kind === 'ts' ? ts.transpile(here, { target: ts.ScriptTarget.ES2022 }) : here);
    const { stdout, stderr } = await run(process.execPath, [file]);
    expect(stderr).toBe('');
    for (const text of prints[at]!) expect(stdout).toContain(text);
  }
});

it.each(examples.filter(({ kind }) => kind === 'ts').map(({ code }) => code))(
  'shows an example whose types are right: %#',
  (code) => {
    const lib = ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'];
    expect(compiled(packed, code, lib).errors).toEqual([]);
  },
);

it('lists every operation with what it does', () => {
  const listed = [...readme.matchAll(/^\| `(\w+\.\w+)` +\| (.*?) +\|$/gm)].map(([, name, summary]) => [
    name,
    summary,
  ]);
  expect(listed).toEqual(entries.map(({ noun, verb, op }) => [`${noun}.${verb}`, op.summary]));
});
