import type { z } from 'zod';
import { hintIn, saidOf } from '@crmflow/core';
import { CrmflowError } from '@crmflow/core/contract';

/** What came with an event: its payload, and the acknowledgement when the client asked for one. */
export function argumentsOf(args: readonly unknown[]): { payloads: unknown[]; acknowledge: Acknowledge } {
  const last = args.at(-1);
  if (!isAcknowledge(last)) return { payloads: [...args], acknowledge: () => undefined };
  return { payloads: args.slice(0, -1), acknowledge: last };
}
type Acknowledge = (answer: unknown) => void;
/** A function never comes over the wire: it is the one Socket.IO made to answer this event. */
const isAcknowledge = (value: unknown): value is Acknowledge => typeof value === 'function';

const MAX_DEPTH = 50;
const MAX_SENTENCE = 300;

/** Reads the one payload of an event. */
export function read<S extends z.ZodType>(
  event: string,
  schema: S,
  payloads: readonly unknown[],
): z.output<S> {
  if (payloads.length > 1) throw invalid(`${event} takes one payload, not ${payloads.length}.`);
  const payload = payloads[0] ?? {};
  if (!isPlain(payload)) throw invalid(`The payload of ${event} must be an object.`);
  if (isDeeper(payload, MAX_DEPTH)) throw invalid(`The payload of ${event} is more than ${MAX_DEPTH} deep.`);
  const result = schema.safeParse(payload);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const said = saidOf(issue!) + hintIn(issue!, schema);
  throw invalid(`${event}: ${[...issue!.path, said].join(': ')}`);
}

const invalid = (sentence: string) =>
  new CrmflowError(
    'invalid_input',
    sentence.length > MAX_SENTENCE ? `${sentence.slice(0, MAX_SENTENCE)}…` : sentence,
  );

const isPlain = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** Looks no deeper than asked, so that no payload can exhaust the stack. */
const isDeeper = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1)));
