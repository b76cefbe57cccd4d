import { basename, extname, join } from 'node:path';
import type { Files } from './read.ts';

export type Format = 'yaml' | 'json';
export const formatOf = (path: string): Format => (extname(path).toLowerCase() === '.json' ? 'json' : 'yaml');

/** Where the conversations of a workflow file are kept; null for what is not named like one. */
export function conversationsBeside(path: string): string | null {
  const beside = path.replace(/\.workflow\.(ya?ml|json)$/i, '.conversations.yaml');
  return beside === path ? null : beside;
}

/** `After delivery!` → `after-delivery`. */
export const slug = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60) || 'workflow';

/**
 * The name that a file's workflow has while it is run: its sessions are found by it, and a workflow that was saved under
 * the name in the file is never replaced by trying a file out.
 */
export const runName = (name: string, path: string): string =>
  `${name.slice(0, 120)} (${basename(path).slice(-70)})`;

/** Whether a workflow was kept by running a file, where its author has it. */
export const isRunName = (name: string): boolean => / \([^()]*\.workflow\.(?:ya?ml|json)\)$/i.test(name);

interface Named {
  id: string;
  name: string;
}

/** Where each workflow is kept, by its id: in the file that holds it already, else in a new one named after it. */
export function pathsFor(
  workflows: readonly Named[],
  standing: Files,
  folder: string,
  format: Format,
): Map<string, string> {
  const pathOf = new Map([...standing].map(([path, { name }]) => [name, path]));
  const taken = new Set([...standing.keys()].map((path) => basename(path).toLowerCase()));
  return new Map(
    workflows.map(({ id, name }) => {
      const known = pathOf.get(name);
      pathOf.delete(name);
      return [id, known ?? freePath(name)];
    }),
  );

  function freePath(name: string): string {
    for (let count = 1; ; count++) {
      const file = `${slug(name)}${count === 1 ? '' : `-${count}`}.workflow.${format}`;
      if (taken.has(file)) continue;
      taken.add(file);
      return join(folder, file);
    }
  }
}
