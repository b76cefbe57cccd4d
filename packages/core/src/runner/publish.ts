import type { Publish } from '../nodes/node.ts';
import type { Session } from '../session/session.ts';
import type { RunnerPorts } from './runner.ts';

type Needs = Pick<RunnerPorts, 'store' | 'ids' | 'clock' | 'fileUrl'>;

/**
 * Keeps files that a session publishes, each with the session it is for: what was made from the same before, for the same
 * owner, is copied, so that erasing one conversation takes nothing from another.
 */
export const publisherOf =
  (
    { id: sessionId, userId }: Pick<Session, 'id' | 'userId'>,
    { store, ids, clock, fileUrl }: Needs,
  ): Publish =>
  async (from, make) => {
    const hash = ids.hash(`${userId}\n${from}`);
    const there = userId === null ? null : await store.files.findByHash(hash, sessionId);
    if (there?.sessionId === sessionId) return { kind: 'published', url: fileUrl(sessionId, there.id) };
    const made = there ?? (await make());
    if ('kind' in made) return made;
    const { name, mimeType, bytes } = made;
    const id = ids.secret();
    const createdAt = clock.now().toISOString();
    await store.files.put({ id, sessionId, name, mimeType, bytes, hash, createdAt });
    return { kind: 'published', url: fileUrl(sessionId, id) };
  };
