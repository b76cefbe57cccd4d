import { z } from 'zod';
import type { Json } from '../../language/json.ts';
import { template } from '../data.ts';
import { portName } from '../port.ts';
import { span } from '../span.ts';

/** What is done while nobody answers: one rung after the other, each counted from the one before. */
export const noReply = () =>
  z
    .array(
      z.strictObject({
        /** Counted from the question, and anew from whatever the visitor says that is no answer. */
        after: span(),
        /** A reminder; the wait goes on. */
        say: template().optional(),
        /** Goes on by this way out. */
        port: portName().optional(),
      }),
    )
    .max(20)
    .default([]);
type Ladder = z.output<ReturnType<typeof noReply>>;

export const portsOfLadder = (ladder: Ladder): string[] =>
  ladder.flatMap(({ port }) => (port === undefined ? [] : [port]));

export function ladderProblems(ladder: Ladder): { field: string; message: string }[] {
  const end = ladder.findIndex(({ port }) => port !== undefined);
  return ladder.flatMap(({ say, port }, at) => {
    const field = `noReply.${at}`;
    if ((say === undefined) === (port === undefined))
      return [{ field, message: 'a step either says something or leaves by a port' }];
    if (end >= 0 && at > end)
      return [{ field, message: `it is never reached: step ${end + 1} leaves by ${ladder[end]!.port}` }];
    return [];
  });
}

/** How far a question has come: the answers that could not be taken, and the reminders since the last. */
export interface Progress {
  attempts: number;
  rung: number;
}

/** As it is remembered: a plain number as long as nobody had to be reminded. */
export function progressIn(memory: Json | undefined): Progress {
  if (typeof memory !== 'object' || memory === null || Array.isArray(memory))
    return { attempts: Number(memory ?? 0), rung: 0 };
  return { attempts: Number(memory.attempts), rung: Number(memory.rung) };
}
export function memoryOf({ attempts, rung }: Progress): Json {
  if (rung > 0) return { attempts, rung };
  return attempts > 0 ? attempts : null;
}
