import { z } from 'zod';
import { Message } from '../session/session.ts';

const sessionId = z.string();
const workflowId = z.string();
/** The number of the session's last event that is known with it. */
const lastSeq = z.int();

/** What an owner hears of sessions of his workflows that were handed over. `type` is the name of the event on the socket. */
export const HandoverEvent = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('handover:waiting'),
    sessionId,
    workflowId,
    /** Null when the workflow is not there any more. */
    workflowName: z.string().nullable(),
    contactId: z.string().nullable(),
    nodeId: z.string(),
    /** The ways by which it may be given back. */
    ports: z.array(z.string()),
    since: z.iso.datetime(),
    lastSeq,
  }),
  /** The visitor said something meanwhile. */
  z.object({ type: z.literal('handover:message'), sessionId, workflowId, message: Message, lastSeq }),
  /** It waits no longer: it was given back, its time was over, or it has ended. */
  z.object({ type: z.literal('handover:over'), sessionId }),
]);
export type HandoverEvent = z.output<typeof HandoverEvent>;

/** What is known already, and what ends the hearing. */
export interface WatchHandovers {
  /** Sessions that are known to wait, with the `lastSeq` of each: one hears what came after that. */
  known?: Readonly<Record<string, number>> | undefined;
  signal?: AbortSignal | undefined;
}
