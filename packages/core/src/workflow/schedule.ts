import { firesAfter } from '../nodes/trigger/cron.ts';
import { ScheduleData } from '../nodes/trigger/schedule.ts';
import type { MessageChannel } from '../nodes/trigger/message-channel.ts';
import type { Graph } from './workflow.ts';

/** When a workflow starts by itself, as its trigger says it. */
export interface Schedule {
  cron: string;
  timeZone: string;
  /** Whom it is for: one conversation each. Absent, there is one with nobody. */
  contacts?: { tag?: string | undefined } | undefined;
  /** By which they are written to. */
  channel?: MessageChannel | undefined;
}

/** Null for a workflow that somebody has to start, and for one whose schedule cannot be read. */
export function scheduleOf({ nodes, settings }: Pick<Graph, 'nodes' | 'settings'>): Schedule | null {
  const trigger = nodes.find(({ type }) => type === 'trigger');
  if (trigger?.data.kind !== 'schedule') return null;
  const { kind: _, ...given } = trigger.data;
  const data = ScheduleData.safeParse(given).data;
  if (!data?.active) return null;
  return {
    cron: data.cron,
    timeZone: data.timeZone ?? settings.timeZone,
    contacts: data.contacts,
    channel: data.channel,
  };
}

export const sameSchedule = (a: Schedule | null, b: Schedule | null): boolean =>
  a?.cron === b?.cron && a?.timeZone === b?.timeZone;

/** The first time after an instant, ISO 8601; null when there is none. */
export function nextFiring(schedule: Schedule | null, after: Date): string | null {
  if (!schedule) return null;
  try {
    return firesAfter(schedule.cron, schedule.timeZone, after)?.toISOString() ?? null;
  } catch {
    // A draft; its problems say what is wrong with it.
    return null;
  }
}
