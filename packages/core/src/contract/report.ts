import { z } from 'zod';
import { nodeTypes } from '../nodes/types.ts';
import { channelKinds } from '../session/session.ts';

const count = z.int();

/** What came of the sessions that were started on a workflow in [since, until). What is gone by now is not counted. */
export const Report = z.object({
  since: z.iso.datetime(),
  until: z.iso.datetime(),
  started: count,
  finished: count,
  failed: count,
  open: count,
  /** Of those that are finished, most first; null where no outcome was given. */
  outcomes: z.array(z.object({ outcome: z.string().nullable(), count })),
  /** How their visitors came in, most first; null is none of these: a browser, REST, a terminal. */
  channels: z.array(z.object({ channel: z.enum(channelKinds).nullable(), count })),
  /**
   * The nodes of the workflow as it is saved, in its order. Nodes that are gone from it are left out, and so are those of
   * workflows that it calls: who is in one of these is at the node that called it.
   */
  nodes: z.array(
    z.object({
      nodeId: z.string(),
      label: z.string(),
      type: z.enum(nodeTypes),
      kind: z.string(),
      /** How many of the sessions came there, each counted once, as far back as the log goes. */
      reached: count,
      /** How many of them stand there now. */
      standing: count,
    }),
  ),
});
export type Report = z.output<typeof Report>;
