import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { PLAN } from './arch/plan.ts';
import {
  circles,
  codeMade,
  reachedByContract,
  sharedLibraries,
  strayImports,
  worldTouched,
} from './arch/rules.ts';
import { read } from './arch/source.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const files = ['core', 'server', 'sdk', 'cli']
  .map((name) => `packages/${name}/src`)
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
  )
  .filter((path) => /\.[jt]s$/.test(path) && !path.includes('/generated/'))
  .map((path) => read({ path, text: readFileSync(join(root, path), 'utf8') }));

const core = (path: string, text: string) => read({ path: `packages/core/src/${path}`, text });

it('lets every file look only where the plan says', () => {
  expect(files.flatMap(strayImports)).toEqual([]);
});
it.each([
  [
    'a room above',
    core('nodes/x.ts', "import { advance } from '../session/advance.ts';"),
    '../session/advance.ts',
  ],
  [
    'a library of another room',
    core('session/x.ts', "const { Liquid } = await import('liquidjs');"),
    'liquidjs',
  ],
  ['an adapter', core('services/x.ts', "export { ids } from '../adapters/ids.ts';"), '../adapters/ids.ts'],
  [
    'the engine from the SDK',
    read({ path: 'packages/sdk/src/x.ts', text: "import '@crmflow/core';" }),
    '@crmflow/core',
  ],
  ['vitest outside the store spec', core('testing/converse.ts', "import { it } from 'vitest';"), 'vitest'],
  [
    'the app itself where its types would do',
    core('services/x.ts', "import { createApp } from '../app.ts';"),
    '../app.ts',
  ],
])('notices a planted import: %s', (_, file, target) => {
  expect(strayImports(file)).toEqual([`${file.path} imports ${target}`]);
});
it('notices a file in a room that the plan does not know', () => {
  expect(strayImports(core('helpers/x.ts', ''))).toEqual([
    'packages/core/src/helpers/x.ts stands in no room of the plan',
  ]);
});
it('lets types be named where the plan says so', () => {
  expect(strayImports(core('services/x.ts', "import type { Ports } from '../app.ts';"))).toEqual([]);
});

it('has no circle in the plan', () => {
  expect(circles(PLAN)).toEqual([]);
});
it('notices a planted circle', () => {
  const plan = { ...PLAN, errors: { rooms: ['session'] } };
  expect(circles(plan)).toContain('errors → session → errors');
});

it('keeps each library in one adapter or one room', () => {
  expect(sharedLibraries(files)).toEqual([]);
});
it('notices a library with two homes', () => {
  const two = [
    core('adapters/postgres.ts', "import pg from 'pg';"),
    core('adapters/store/x.ts', "import pg from 'pg';"),
  ];
  expect(sharedLibraries(two)).toEqual(['pg is at home in adapters/postgres.ts and adapters/store']);
});

it('touches environment, clock, chance, console and network at the edges alone', () => {
  expect(files.flatMap(worldTouched)).toEqual([]);
});
it.each([
  ['process.env', 'const home = process.env.HOME;'],
  ['Date.now', 'const at = Date.now();'],
  ['new Date()', 'const at = new Date();'],
  ['Date()', 'const at = Date();'],
  ['Math.random', 'const chance = Math.random();'],
  ['console', "console.warn('x');"],
  ['fetch', "await fetch('x');"],
  ['globalThis.fetch', 'const send = globalThis.fetch;'],
])('notices a planted %s', (touch, text) => {
  expect(worldTouched(core('session/x.ts', text))).toEqual([`packages/core/src/session/x.ts uses ${touch}`]);
});
it.each([
  ['a comment', '// process.env and fetch() and console.log'],
  ['a text', "const said = 'Math.random()';"],
  ['a date from a number', 'const at = new Date(0);'],
  ['a fetch that was passed in', 'export const load = (fetch: Load) => fetch(1);'],
])('is not misled by %s', (_, text) => {
  expect(worldTouched(core('session/x.ts', text))).toEqual([]);
});
it('lets adapters touch the world', () => {
  expect(worldTouched(core('adapters/clock.ts', 'export const now = () => new Date();'))).toEqual([]);
});

it('makes no code at run time and starts no program in core', () => {
  expect(files.flatMap(codeMade)).toEqual([]);
});
it.each([
  ['eval', "eval('1');"],
  ['Function', "new Function('return 1');"],
  ['node:vm', "import vm from 'node:vm';"],
  ['vm', "const vm = require('vm');"],
  ['node:child_process', "const { spawn } = await import('node:child_process');"],
])('notices a planted %s in an adapter', (what, text) => {
  expect(codeMade(core('adapters/x.ts', text))).toEqual([`packages/core/src/adapters/x.ts uses ${what}`]);
});

it('gives the SDK a contract that reaches zod and our own files only', () => {
  expect(reachedByContract(files)).toEqual([]);
});
it.each(['node:crypto', 'libphonenumber-js/max'])(
  'notices that the contract reaches %s three files away',
  (target) => {
    const planted = [
      core(
        'contract/index.ts',
        "import { Wait } from '../nodes/wait.ts';\nimport type { Liquid } from 'liquidjs';",
      ),
      core('nodes/wait.ts', "export { phone } from './phone.ts';"),
      core('nodes/phone.ts', `import '${target}';`),
    ];
    expect(reachedByContract(planted)).toEqual([`packages/core/src/nodes/phone.ts imports ${target}`]);
  },
);
