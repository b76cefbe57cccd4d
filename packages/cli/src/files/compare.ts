import { isDeepStrictEqual } from 'node:util';
import type { FileContent } from '@crmflow/core';

/** What keeping a workflow came to, or would come to. */
export interface Change {
  change: 'created' | 'updated' | 'unchanged';
  /** What differs from what is replaced: `name`, `edges`, `node ask`, `new node thank`, `node old gone`. */
  differs: string[];
}

/** What it means to put one workflow in the place of another, or of none. */
export function changeOf(before: FileContent | null, after: FileContent): Change {
  if (!before) return { change: 'created', differs: [] };
  const differs = differencesOf(before, after);
  return { change: differs.length ? 'updated' : 'unchanged', differs };
}

const FIELDS = ['name', 'description', 'isPublic', 'settings', 'knowledge'] as const;

function differencesOf(before: FileContent, after: FileContent): string[] {
  return [
    ...FIELDS.filter((field) => !isSame(before[field], after[field])),
    ...nodeDifferences(byId(before.nodes), byId(after.nodes)),
    ...(isSame(byId(before.edges), byId(after.edges)) ? [] : ['edges']),
  ];
}

function nodeDifferences(before: Rows, after: Rows): string[] {
  const ids = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return ids.flatMap((id) => {
    if (!(id in before)) return [`new node ${id}`];
    if (!(id in after)) return [`node ${id} gone`];
    return isSame(before[id], after[id]) ? [] : [`node ${id}`];
  });
}

type Rows = Readonly<Record<string, unknown>>;
/** Whatever the order a database gives them back in. */
const byId = (rows: readonly { id: string }[]): Rows => Object.fromEntries(rows.map((row) => [row.id, row]));

/** Through JSON, so that what is absent and what is undefined are the same. */
const isSame = (a: unknown, b: unknown): boolean => isDeepStrictEqual(plain(a), plain(b));
const plain = (value: unknown): unknown =>
  value === undefined ? undefined : JSON.parse(JSON.stringify(value));
