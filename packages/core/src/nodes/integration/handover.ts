import { z } from 'zod';
import { template } from '../data.ts';
import { definePure, next, type NodeContext, type Outcome } from '../node.ts';
import { portName } from '../port.ts';
import { afterSpan, span } from '../span.ts';

const Data = z.strictObject({
  /** Said to the visitor when it is handed over. */
  say: template().optional(),
  /** Ways by which the person may give the conversation back, besides `out`. */
  ports: z.array(portName()).max(20).default([]),
  /** How long a person may take to answer first; then it goes by `unanswered`. For ever when absent. */
  within: span().optional(),
});
type Data = z.output<typeof Data>;

/** Until when a first answer is waited for, ISO 8601; null once there was one, or without a limit. */
type Memory = { until: string | null };
const memoryIn = ({ memory }: NodeContext): Memory => (memory as Memory | undefined) ?? { until: null };

export const handover = definePure({
  type: 'integration',
  kind: 'handover',
  summary: 'Hands the conversation over to a person, who answers the visitor and gives it back.',
  data: Data,
  ports: ({ ports, within }) => [
    ...new Set(['out', ...ports, ...(within === undefined ? [] : ['unanswered'])]),
  ],
  waits: () => true,
  run({ say, within }, ctx) {
    const until = within === undefined ? null : afterSpan(within, ctx.scope).toISOString();
    const text = say?.render(ctx.scope);
    return { ...standing({ until }), ...(text && { say: [{ text }] }) };
  },
  resume(data, wake, ctx) {
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
          ? { ...standing({ until: null }), ...said }
          : next({ port: wayBack(wake.port, data), ...said });
      }
    }
  },
});

const standing = ({ until }: Memory): Outcome => ({
  kind: 'wait',
  wait: { for: 'person', ...(until !== null && { until }) },
  remember: { until },
});

/** The person may be looking at an older version of the workflow. */
const wayBack = (port: string, { ports }: Data) => (ports.includes(port) ? port : 'out');
