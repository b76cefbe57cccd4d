import { z } from 'zod';
import { contract, wireForm, type ErrorBody, type SessionEvent } from '@crmflow/core/contract';

const { start, send, execute } = contract.sessions;
const { id, message, messageId, ifSeq } = send.input.shape;
const { nodeId, advance } = execute.input.shape;
/** Every event may name another session than the socket's current one. */
const named = { sessionId: id.optional() };

/** Payloads of a client's events. */
export const Start = start.input.extend({
  /** The client drives unless it says otherwise. */
  mode: start.input.shape.mode.unwrap().default('step'),
  userId: z.string().max(200).nullish(),
});
export const Resume = z.strictObject({
  sessionId: id,
  token: z.string().max(4_096).nullish(),
  /** The number of the last event the client knows; it is told everything when absent. */
  lastSeq: z.int().min(0).nullish(),
});
export const Execute = z.strictObject({ ...named, nodeId, advance });
export const Say = z.strictObject({ ...named, message, messageId, ifSeq, advance });
export const Advance = z.strictObject({ ...named, fromNodeId: nodeId });
export const End = z.strictObject(named);
export const Watch = z.strictObject({
  /** Sessions that are known to wait for a person, with the `lastSeq` of each. */
  known: z
    .record(id, z.int().min(0))
    .refine((known) => Object.keys(known).length <= 1_000, 'name at most 1000 sessions')
    .default({}),
});

/** Beside the fields of an event: which session it belongs to; for its starter also the token, once. */
interface Beside {
  sessionId: string;
  token?: string | undefined;
}

/** An event as the socket carries it: in the form of every wire, with its name outside. */
export function payloadOf(event: SessionEvent, { sessionId, ...beside }: Beside): Record<string, unknown> {
  const { type: _name, ...fields } = wireForm(event, sessionId);
  return { ...fields, ...beside };
}

/** What an acknowledgement says. */
export type Answer = { ok: true; data: unknown } | { ok: false; error: ErrorBody };
