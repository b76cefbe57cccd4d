import { z } from 'zod';
import { PersonRules } from '../contact.ts';
import { definePure, next } from '../node.ts';
import { unknownZone } from '../span.ts';
import { firesAfter } from './cron.ts';
import { MessageChannel } from './message-channel.ts';
import { inputProblems, inputs, inputTypes } from './inputs.ts';

export const ScheduleData = z.strictObject({
  cron: z.string().min(1).max(100).meta({
    description: 'Five fields, as in crontab: `0 9 * * 1-5`; or one moment: `2030-01-31T09:00:00`.',
  }),
  timeZone: z
    .string()
    .max(60)
    .optional()
    .meta({ description: 'IANA: `Europe/Berlin`; the time zone of the workflow when absent.' }),
  /** Begins one conversation with each of the owner's contacts, or with those who have this tag; one with nobody when absent. */
  contacts: z.strictObject({ tag: PersonRules.tag.optional() }).optional(),
  /** Writes to each of them: what they answer comes back into their conversation. */
  channel: MessageChannel.optional(),
  /** A workflow that is only looked at, or was just copied, starts nothing by itself. */
  active: z.boolean().default(false),
  inputs: inputs(),
});
export type ScheduleData = z.output<typeof ScheduleData>;

export const schedule = definePure({
  type: 'trigger',
  kind: 'schedule',
  summary: 'Where a workflow begins that starts by itself, at the times of a schedule.',
  data: ScheduleData,
  sets: inputTypes,
  problems: ({ cron, timeZone, contacts, channel, ...declared }) => [
    ...cronProblems(cron),
    ...(timeZone === undefined ? [] : unknownZone(timeZone)),
    ...inputProblems(declared),
    ...(channel && !contacts ? [{ field: 'channel', message: 'it writes to contacts: say to which' }] : []),
    ...declared.inputs.flatMap(({ name, required, default: given }, at) =>
      required && given === undefined
        ? [{ field: `inputs.${at}`, message: `nobody is there to give ${name}: give it a default` }]
        : [],
    ),
  ],
  run: () => next(),
});

/** A day that every schedule has still before it, unless it has none at all. */
const LONG_AGO = new Date('2000-01-01T00:00:00Z');
function cronProblems(cron: string) {
  try {
    if (firesAfter(cron, 'UTC', LONG_AGO)) return [];
    return [{ field: 'cron', message: `${cron} never comes` }];
  } catch (cause) {
    const fields = cron.trim().split(/\s+/).length;
    const why = fields > 1 && fields !== 5 ? FIVE : wordsOf(cause);
    return [{ field: 'cron', message: `${cron} cannot be read as a schedule: ${why}` }];
  }
}

const FIVE = 'it takes five fields: minute, hour, day, month and day of the week, as in 0 9 * * 1-5';

/** `CronPattern: Invalid value …` without who says it. */
const wordsOf = (cause: unknown) => (cause instanceof Error ? cause.message : '').replace(/^Cron\w*: /, '');
