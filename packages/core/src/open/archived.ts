import type { ArchivedSession } from '../store.ts';

/** A session in a file of an archive, or in any of a folder of them; null when it is in none. */
export async function archivedSession(path: string, id: string): Promise<ArchivedSession | null> {
  const { archivedIn, filesAt } = await import('../adapters/archive.ts');
  for (const file of await filesAt(path))
    for await (const session of archivedIn(file)) if (session.id === id) return session;
  return null;
}
