import { readFileSync } from 'node:fs';
import { variables, type Json } from '../../packages/core/src/language/json.ts';
import type { Scope } from '../../packages/core/src/language/scope.ts';
import { typeOf, type Declared } from '../../packages/core/src/language/types.ts';

const page = readFileSync(new URL('../../docs/languages.md', import.meta.url), 'utf8');

const blocks = (kind: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${kind}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, body = '']) => body);

/** The examples of docs/languages.md in one language: what is written and what comes of it. */
export const examples = (kind: 'liquid' | 'cel') =>
  blocks(kind).flatMap((body) =>
    body
      .trimEnd()
      .split('\n')
      .map((line) => {
        const at = line.lastIndexOf('→');
        return { source: line.slice(0, at).trimEnd(), result: line.slice(at + 1).trim() };
      }),
  );

/** The variables the page describes. */
export const values = JSON.parse(blocks('json')[0] ?? '') as { [name: string]: Json };

/** The moment the page describes. */
export const scope: Scope = {
  variables: variables(values),
  now: new Date('2026-03-01T23:30:00Z'),
  timeZone: 'Europe/Berlin',
  language: 'de',
  message: 'Hello there',
};

/** What a workflow with the page's variables declares. */
export const declared: Declared = new Map([
  ...Object.entries(values).map(([name, value]) => [name, typeOf(value)] as const),
  ['due', 'date'],
  ['slot', 'time'],
  ['unset', 'any'],
]);
