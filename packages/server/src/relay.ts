import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { App } from '@crmflow/core';
import type { Logger } from './log.ts';
import { createOutage } from './outage.ts';

const CHANNEL = 'crmflow:told';
const Note = z.object({
  /** The server that stored it. */
  by: z.string(),
  sessionId: z.string(),
  from: z.int(),
  to: z.int(),
});
const HANDOVER_CHANNEL = 'crmflow:handover';
const Handover = z.object({ by: z.string(), userId: z.string(), sessionId: z.string() });
const NEWS_CHANNEL = 'crmflow:knowledge';
const News = z.object({
  by: z.string(),
  userId: z.string(),
  progress: z.object({
    itemId: z.string(),
    state: z.enum(['processing', 'ready', 'failed']),
    done: z.int(),
    total: z.int(),
    reason: z.string().optional(),
  }),
});

/** Whoever else may write to this Redis can send anything. */
function readAs<S extends z.ZodType>(shape: S, text: string): z.output<S> | null {
  try {
    return shape.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** So late, at most, is heard what a server stored that did not live to say so. */
const LOOK_MS = 15_000;
/** A connection that hears may be silent for long; only what it is asked must be answered. */
const PATIENT = { commandTimeout: undefined, socketTimeout: 1_000 };

/**
 * Lets several servers on one database hear each other: each says by Redis which events it stored, and who hears the
 * session elsewhere has them read there. A note that is lost leaves a gap, which the next one shows; each looks besides, now
 * and then and when Redis is back, whether a session that is heard here has gone on.
 */
export async function joinServers(
  app: App,
  redis: Redis,
  logger: Logger | undefined,
  lookMs = LOOK_MS,
): Promise<{ leave(): void }> {
  const by = randomUUID();
  const reading = createOutage(logger, {
    began: 'What another server told could not be read.',
    ended: 'What other servers tell can be read again.',
  });
  // Through a short break of the line notes wait; in a long one the others look for themselves, once they hear again.
  const telling = redis.duplicate({ ...PATIENT, enableOfflineQueue: true });
  telling.on('error', () => undefined);
  const unsubscribe = app.subscribe((sessionId, events) => {
    const [first, last] = [events[0], events.at(-1)];
    if (!first || !last) return;
    const note: z.infer<typeof Note> = { by, sessionId, from: first.seq, to: last.seq };
    telling.publish(CHANNEL, JSON.stringify(note)).catch(() => undefined);
  });

  const unhear = app.hearKnowledge(({ userId, progress, isFromElsewhere }) => {
    const news: z.infer<typeof News> = { by, userId, progress };
    if (!isFromElsewhere) telling.publish(NEWS_CHANNEL, JSON.stringify(news)).catch(() => undefined);
  });

  const unhearHandovers = app.hearHandovers((userId, sessionId) => {
    const note: z.infer<typeof Handover> = { by, userId, sessionId };
    telling.publish(HANDOVER_CHANNEL, JSON.stringify(note)).catch(() => undefined);
  });

  // A connection that hears can do nothing else.
  const hearing = redis.duplicate({ ...PATIENT, autoResubscribe: false });
  hearing.on('error', () => undefined);
  const channels = channelsTo(app, by, reading);
  hearing.on('message', (channel: string, text: string) => channels[channel]?.(text));
  let wasAway = false;
  hearing.on('close', () => (wasAway = true));
  const look = () => app.refresh().then(reading.worked, reading.failed);
  async function hear() {
    await hearing.subscribe(...Object.keys(channels));
    if (wasAway) await look();
    wasAway = false;
  }
  const looking = setInterval(() => void look(), lookMs).unref();
  // A line that breaks again in this moment is made anew, and begins here again.
  hearing.on('ready', () => void hear().catch(() => undefined));
  await Promise.all([telling.connect(), hearing.connect()]).catch(() => undefined);

  return {
    leave() {
      clearInterval(looking);
      unsubscribe();
      unhear();
      unhearHandovers();
      telling.disconnect();
      hearing.disconnect();
    },
  };
}

/** What is done with a text on each channel; what this server has said itself is known here. */
function channelsTo(
  app: App,
  by: string,
  { worked, failed }: ReturnType<typeof createOutage>,
): Record<string, (text: string) => void> {
  const from = <S extends z.ZodType<{ by: string }>>(shape: S, take: (note: z.output<S>) => void) =>
    function hear(text: string) {
      const note = readAs(shape, text);
      if (note && note.by !== by) take(note);
    };
  return {
    [CHANNEL]: from(Note, (note) => void app.relay(note).then(worked, failed)),
    [NEWS_CHANNEL]: from(News, ({ userId, progress }) => app.relayKnowledge(userId, progress)),
    [HANDOVER_CHANNEL]: from(Handover, ({ userId, sessionId }) => app.relayHandover(userId, sessionId)),
  };
}
