import { Cron } from 'croner';

/**
 * The first instant after `after` at which a schedule fires; null when there is none. A time of day that a change of
 * clocks leaves out comes at the end of the gap, one that it repeats comes once.
 * @param pattern five fields as in crontab(5), with `L`, `#` and names besides, `@daily` and the like, or one moment,
 * `2030-01-31T09:00:00`
 * @throws Error in words, for a pattern or a time zone that cannot be read
 */
export const firesAfter = (pattern: string, timeZone: string, after: Date): Date | null =>
  new Cron(pattern, { timezone: timeZone, paused: true, mode: '5-part' }).nextRun(after);
