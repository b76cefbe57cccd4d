import { EDGES, EVERYWHERE, fileOf, PLAN, roomOf, TEST_LIBRARY } from './plan.ts';
import type { Read } from './source.ts';

const isBuiltIn = (target: string) => target.startsWith('node:');
const libraryOf = (target: string) => target.split('/', target.startsWith('@') ? 2 : 1).join('/');

/** The libraries a file imports, without those of Node.js. */
const librariesOf = (file: Read) =>
  file.imports
    .filter(({ target }) => !isBuiltIn(target) && !fileOf(file.path, target))
    .map(({ target }) => libraryOf(target));

/** What a file imports though the plan of its room does not say so. */
export function strayImports(file: Read): string[] {
  const room = roomOf(file.path);
  const plan = room === null ? undefined : PLAN[room];
  if (room === null || !plan) return [`${file.path} stands in no room of the plan`];
  const strayRooms = file.imports.flatMap(({ target, isType }) => {
    const other = roomOf(fileOf(file.path, target) ?? '');
    const isAllowed =
      other === null ||
      other === room ||
      plan.rooms.includes(other) ||
      (isType && plan.types?.includes(other));
    return isAllowed ? [] : [target];
  });
  const isTestLibrary = (library: string) =>
    library === TEST_LIBRARY.library && TEST_LIBRARY.file.test(file.path);
  const isOneHomeRoom = room === 'adapters';
  const strayLibraries = librariesOf(file).filter(
    (library) =>
      !isTestLibrary(library) &&
      (isOneHomeRoom ? library === TEST_LIBRARY.library : !plan.libraries?.includes(library)),
  );
  return [...strayRooms, ...strayLibraries].map((target) => `${file.path} imports ${target}`);
}

/** The libraries of core that have two homes; a home is a room, and in adapters a file or folder. */
export function sharedLibraries(files: Read[]): string[] {
  const homes = new Map<string, Set<string>>();
  for (const file of files.filter(({ path }) => path.startsWith('packages/core/')))
    for (const library of librariesOf(file))
      homes.set(library, (homes.get(library) ?? new Set()).add(homeOf(file.path)));
  return [...homes]
    .filter(([library, { size }]) => size > 1 && !EVERYWHERE.includes(library))
    .map(([library, where]) => `${library} is at home in ${[...where].sort().join(' and ')}`);
}

const homeOf = (path: string) => /src\/(adapters\/[^/]+|[^/]+)/.exec(path)![1]!;

const WORLD = [
  'process.env',
  'Date.now',
  'Date()',
  'new Date()',
  'Math.random',
  'console',
  'fetch',
  'globalThis.fetch',
];
const GLOBALS = ['globalThis.console', 'globalThis.process'];

/** What a file touches of the world outside although it is no edge. The SDK is made of requests. */
export function worldTouched(file: Read): string[] {
  if (EDGES.test(file.path)) return [];
  const isSdk = roomOf(file.path) === 'sdk';
  return file.touches
    .filter((touch) => [...WORLD, ...GLOBALS].includes(touch) && !(isSdk && touch.endsWith('fetch')))
    .map((touch) => `${file.path} uses ${touch}`);
}

const MAKERS = /^(?:node:)?(?:vm|child_process)$/;

/** Foreign files are read in a process of their own; it starts one fixed program, and no workflow reaches it. */
const READER = 'packages/core/src/adapters/parsing/readers.ts';

/** Code made at run time and other programs: nowhere in core but in the reader, so no workflow can reach them. */
export function codeMade(file: Read): string[] {
  if (!file.path.startsWith('packages/core/') || file.path === READER) return [];
  const imported = file.imports.map(({ target }) => target).filter((target) => MAKERS.test(target));
  const touched = file.touches.filter((touch) => touch === 'eval' || touch === 'Function');
  return [...imported, ...touched].map((what) => `${file.path} uses ${what}`);
}

/** What the contract reaches beyond zod and our own files: a browser would have to load it. */
export function reachedByContract(files: Read[]): string[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const reached = new Set<string>();
  const foreign: string[] = [];
  const follow = (path: string): void => {
    if (reached.has(path)) return;
    reached.add(path);
    const file = byPath.get(path);
    if (!file) return void foreign.push(`${path} is not there`);
    for (const { target, isType } of file.imports) {
      if (isType || target === 'zod') continue;
      const next = fileOf(path, target);
      if (next) follow(next);
      else foreign.push(`${path} imports ${target}`);
    }
  };
  follow('packages/core/src/contract/index.ts');
  return foreign;
}

/** The circles in a plan, as paths; naming another room's types makes none. */
export function circles(plan: Record<string, { rooms: string[] }>): string[] {
  const found: string[] = [];
  const below = (room: string, path: string[]): void => {
    if (path.includes(room)) found.push([...path.slice(path.indexOf(room)), room].join(' → '));
    else for (const next of plan[room]?.rooms ?? []) below(next, [...path, room]);
  };
  for (const room of Object.keys(plan)) below(room, []);
  return [...new Set(found)];
}
