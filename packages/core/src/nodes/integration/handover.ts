import { z } from 'zod';
import { template } from '../data.ts';
import { definePure, next, type NodeContext, type Outcome } from '../node.ts';
import { portName } from '../port.ts';
import { afterSpan, span } from '../span.ts';
import { originOf } from './address.ts';
import { callFields } from './call.ts';
import { ownNumber } from './sender.ts';

const Tell = z.strictObject({
  url: z.string().max(2_000).meta({ description: 'Where signed POSTs are taken: it is written out whole.' }),
  key: callFields.key.unwrap().meta({
    description:
      'The name of a stored key, http:desk: it signs what is told, and belongs to the host of url.',
  }),
});
/** Where an owner hears of it, and the key that signs. */
export type Tell = z.output<typeof Tell>;

const Data = z.strictObject({
  /** Said to the visitor when it is handed over. */
  say: template().optional(),
  /** Ways by which the person may give the conversation back, besides `out`. */
  ports: z.array(portName()).max(20).default([]),
  /** How long a person may take to answer first; then it goes by `unanswered`. For ever when absent. */
  within: span().optional(),
  /** Whoever calls is put through. */
  dial: ownNumber().optional().meta({
    description: 'In a call: the number that the caller is put through to. Elsewhere it is not used.',
  }),
  /** Hears that somebody waits, what the visitor says meanwhile, and that it is over. */
  tell: Tell.optional(),
});
type Data = z.output<typeof Data>;
export type HandoverData = Data;

/** Until when a first answer is waited for, ISO 8601; null once there was one, or without a limit. */
type Memory = {
  until: string | null;
  /** Since when. Absent where an earlier release has handed it over. */
  since?: string;
};
const memoryIn = ({ memory }: NodeContext): Memory => (memory as Memory | undefined) ?? { until: null };

export const handover = definePure({
  type: 'integration',
  kind: 'handover',
  summary: 'Hands the conversation over to a person, who answers the visitor and gives it back.',
  data: Data,
  ways: '`out`; those `ports` names; `unanswered` with `within` or `dial`',
  ports: ({ within, ...data }) => [
    ...new Set([...waysBack(data), ...(within === undefined ? [] : ['unanswered'])]),
  ],
  problems: ({ tell }) =>
    tell && !(originOf(tell.url) && URL.canParse(tell.url))
      ? [{ field: 'tell.url', message: 'it is an address that begins with https:// or http://' }]
      : [],
  waits: () => true,
  run({ say, within }, ctx) {
    const until = within === undefined ? null : afterSpan(within, ctx.scope).toISOString();
    const text = say?.render(ctx.scope);
    const since = ctx.scope.now.toISOString();
    return { ...standing({ until, since }), ...(text && { say: [{ text }] }) };
  },
  resume(_data, wake, ctx) {
    switch (wake.by) {
      case 'message':
        return standing(memoryIn(ctx));
      case 'time':
      // It waits at no address.
      case 'webhook':
        return next({ port: 'unanswered' });
      case 'person': {
        const said = wake.text ? { say: [{ text: wake.text, author: 'person' as const }] } : {};
        return wake.port === undefined
          ? { ...standing({ ...memoryIn(ctx), until: null }), ...said }
          : next({ port: wake.port, ...said });
      }
    }
  },
});

const standing = ({ until, ...since }: Memory): Outcome => ({
  kind: 'wait',
  wait: { for: 'person', ...since, ...(until !== null && { until }) },
  remember: { until, ...since },
});

/** The ways by which a person may give a conversation back; who is dialled and does not answer gives it back too. */
export const waysBack = ({ ports, dial }: Pick<Data, 'ports' | 'dial'>): string[] => [
  ...new Set(['out', ...ports, ...(dial === undefined ? [] : ['unanswered'])]),
];
