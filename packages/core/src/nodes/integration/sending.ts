import { z } from 'zod';
import type { ErrorCode } from '../../errors.ts';
import type { Json } from '../../language/json.ts';
import type { Unsent } from '../../ports.ts';
import { variableName } from '../data.ts';
import { next, type EffectContext, type Outcome } from '../node.ts';

/** What every kind that sends to people has. */
export const sending = {
  resend: z.boolean().default(false).meta({
    description: 'Sends again after a crash in the middle, though it may have gone out already.',
  }),
  necessary: z.boolean().default(false).meta({
    description: 'Sent also to whom has withdrawn their consent: what they have asked for, or must be told.',
  }),
  saveAs: variableName().optional(),
};
interface Data {
  resend: boolean;
  saveAs?: string | undefined;
}

/** Ways out for what was not sent. */
export const sendingFaults = ['refused', 'unavailable', 'unknown'] as const;

/** What came of sending; `result` is what is kept of it. */
export type Sent = { kind: 'sent'; result: Json } | Unsent;

/**
 * Sends at most once. That a node has begun is stored before it runs: one that begins a second time was cut short by a
 * crash, and what it was to send may have gone out. Then it leaves by `unknown`, unless its author wants it sent again.
 */
export async function atMostOnce(
  { resend, saveAs }: Data,
  ctx: EffectContext,
  send: () => Promise<Sent>,
): Promise<Outcome> {
  const sent = ctx.attempt > 1 && !resend ? CUT_SHORT : await send();
  if (sent.kind !== 'sent') return notSent(sent, ctx);
  return next(saveAs === undefined ? {} : { set: { [saveAs]: sent.result } });
}

const CUT_SHORT: Unsent = {
  kind: 'unknown',
  reason: 'crash',
  message: 'A crash cut the sending short. It may have gone out, so it was not sent again.',
};

/** Leaves by the port for why it was not sent; the variable `error` says more. */
export const notSent = ({ kind, reason, message }: Unsent, { nodeId: node }: EffectContext): Outcome =>
  next({ port: kind, set: { error: { code: CODES[kind], message, node, reason } } });

const CODES: Record<Unsent['kind'], ErrorCode> = {
  refused: 'unprocessable',
  unavailable: 'unavailable',
  unknown: 'provider_failed',
};

/** Null when those who are to be reached in this way may be. */
export async function whyNotAsked(
  { necessary }: { necessary: boolean },
  { hasWithdrawn }: Pick<EffectContext, 'hasWithdrawn'>,
  way: Parameters<EffectContext['hasWithdrawn']>[0],
  addresses: readonly string[],
): Promise<Unsent | null> {
  if (necessary) return null;
  const withdrawn = await Promise.all(addresses.map((address) => hasWithdrawn(way, address)));
  return withdrawn.includes(true) ? WITHDRAWN : null;
}

export const refused = (reason: string, message: string): Unsent => ({ kind: 'refused', reason, message });

export const WITHDRAWN = refused(
  'consent',
  'Nothing was sent. Whoever it was for has withdrawn their consent to be reached in this way.',
);
