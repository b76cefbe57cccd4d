import { z } from 'zod';
import { template } from '../data.ts';
import { localeOf, question } from './question.ts';
import { readConfirm } from './read/confirm.ts';
import { folded } from './read/words.ts';

export const confirm = question({
  kind: 'confirm',
  summary: 'Asks yes or no; with branches, each has its own way out.',
  data: {
    /** The ways out are then `yes` and `no` rather than `out`. */
    branches: z.boolean().default(false),
    yes: template().optional(),
    no: template().optional(),
  },
  type: 'boolean',
  ways: '`out`; with `branches` `yes` and `no` in its place',
  ports: ({ branches }) => (branches ? ['yes', 'no'] : ['out']),
  expects: ({ yes, no }, ctx) => ({
    choices: [
      { id: 'yes', label: yes?.render(ctx.scope) ?? ctx.say('yes') },
      { id: 'no', label: no?.render(ctx.scope) ?? ctx.say('no') },
    ],
  }),
  read({ text }, { yes, no }, ctx) {
    const said = plain(text.slice(0, MAX_LABEL_CHARS));
    const isLabel = (label: typeof yes) =>
      said !== '' && label !== undefined && plain(label.render(ctx.scope)) === said;
    if (isLabel(yes)) return { ok: true, value: true };
    if (isLabel(no)) return { ok: true, value: false };
    return readConfirm(text, localeOf(ctx));
  },
  portFor: (value, { branches }) => (branches ? (value ? 'yes' : 'no') : 'out'),
});

/** Case and signs do not count, unless there is nothing else: `👍`. */
const plain = (text: string): string => folded(text) || text.trim();
/** More than a button holds. */
const MAX_LABEL_CHARS = 500;
