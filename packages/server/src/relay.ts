import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { App } from '@crmflow/core';
import type { Logger } from './log.ts';

const CHANNEL = 'crmflow:told';
const Note = z.object({
  /** The server that stored it. */
  by: z.string(),
  sessionId: z.string(),
  from: z.int(),
  to: z.int(),
});

/** Whoever else may write to this Redis can send anything. */
function noteIn(text: string): z.infer<typeof Note> | null {
  try {
    return Note.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/**
 * Lets several servers on one database hear each other: each says by Redis which events it stored, and who hears the
 * session elsewhere has them read there. A note that is lost leaves a gap, which the next one shows; what was missed while
 * Redis was away is looked up when it is back.
 */
export async function joinServers(
  app: App,
  redis: Redis,
  logger: Logger | undefined,
): Promise<{ leave(): void }> {
  const by = randomUUID();
  const failed = (cause: unknown) =>
    logger?.warn({ err: cause }, 'What another server told could not be read.');
  const unsubscribe = app.subscribe((sessionId, events) => {
    const [first, last] = [events[0], events.at(-1)];
    if (!first || !last) return;
    const note: z.infer<typeof Note> = { by, sessionId, from: first.seq, to: last.seq };
    // With Redis away the others read it when they can.
    redis.publish(CHANNEL, JSON.stringify(note)).catch(() => undefined);
  });

  // A connection that hears can do nothing else.
  const hearing = redis.duplicate({ autoResubscribe: true, enableOfflineQueue: true, lazyConnect: true });
  hearing.on('error', () => undefined);
  hearing.on('message', (_channel, text: string) => {
    const note = noteIn(text);
    if (note && note.by !== by) app.relay(note).catch(failed);
  });
  let wasAway = false;
  hearing.on('close', () => (wasAway = true));
  hearing.on('ready', () => {
    if (wasAway) app.refresh().catch(failed);
    wasAway = false;
  });
  await hearing.connect().catch(() => undefined);
  hearing.subscribe(CHANNEL).catch(failed);

  return {
    leave() {
      unsubscribe();
      hearing.disconnect();
    },
  };
}
