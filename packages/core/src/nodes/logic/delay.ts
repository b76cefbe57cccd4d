import { z } from 'zod';
import { definePure, next } from '../node.ts';
import { afterSpan, span, standUntil, zone, zoneIn, zoneProblems } from '../span.ts';

export const delay = definePure({
  type: 'logic',
  kind: 'delay',
  summary: 'Waits for so long, from seconds to months, and goes on.',
  data: z.strictObject({ for: span(), timeZone: zone() }),
  waits: () => true,
  problems: ({ timeZone }) => zoneProblems(timeZone),
  run: ({ for: long, timeZone }, { scope }) =>
    standUntil(afterSpan(long, scope, zoneIn(timeZone, scope)), scope),
  resume: () => next(),
});
