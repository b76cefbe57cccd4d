import { z } from 'zod';
import { MessageChannel } from '../nodes/trigger/message-channel.ts';
import { Wait } from '../nodes/wait.ts';
import { Channel, Message, modes, SessionEvent, statuses, VariablesSchema } from '../session/session.ts';
import { operation, Upload } from './operation.ts';
import { pageOf, PageQuery } from './page.ts';
import { cleaned } from './text.ts';

/** A session as its starter and its owner may see it. */
export const SessionView = z.object({
  id: z.string(),
  workflowId: z.string(),
  mode: z.enum(modes),
  status: z.enum(statuses),
  outcome: z.string().nullable(),
  reason: z.string().nullable(),
  /** The active node; null at the end. */
  nodeId: z.string().nullable(),
  wait: Wait.nullable(),
  /** The number of the last event. */
  seq: z.int(),
  /** What it has learned: for the workflow's owner only. */
  variables: VariablesSchema.optional(),
  /** What it was started with: for the workflow's owner only. */
  inputs: VariablesSchema.optional(),
  /** Who it is with, as far as that is known: for the workflow's owner only. */
  contactId: z.string().nullable().optional(),
  /** How its visitor came in by telephone, null by another way: for the workflow's owner only. */
  channel: Channel.nullable().optional(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
/**
 * Where the session stands and what it told. When a node works outside for more than 20 s: what was stored first, with the
 * status `running`; what follows is told as it comes, and read from the events.
 */
export const TurnView = z.object({ session: SessionView, events: z.array(SessionEvent) });
export type SessionView = z.output<typeof SessionView>;
export type TurnView = z.output<typeof TurnView>;

const Id = z.strictObject({ id: z.string().min(1).max(200) });
/** Step mode: the node is left as well, once it has done its work: a call and a commit less. */
const advance = z.boolean().default(false);
const nodeOf = z.strictObject({ ...Id.shape, nodeId: z.string().min(1).max(500) });

export const sessions = {
  start: operation({
    summary: 'Start a conversation',
    method: 'post',
    path: '/sessions',
    access: 'public',
    status: 201,
    input: z.strictObject({
      workflowId: z.string().min(1).max(200),
      /** One of your contacts, whom it is held with: for the owner of the workflow only. */
      contactId: z.string().min(1).max(200).optional(),
      /** Writes to the contact's number: what they answer there comes back into the session. */
      channel: MessageChannel.optional(),
      /** `auto`: the server runs on by itself until it waits or ends. `step`: the client drives. */
      mode: z.enum(modes).default('auto'),
      /** Runs what is saved, also where another version is published: for the owner of the workflow only. */
      draft: z.boolean().optional(),
      /** Declared inputs of the workflow. */
      variables: VariablesSchema.default({}),
    }),
    example: { workflowId: 'lead-qualification', variables: {} },
    output: TurnView.extend({
      /** What a guest needs to come back; told once. */
      token: z.string(),
    }),
  }),
  list: operation({
    summary: 'List the sessions of your workflows and those you started, newest first',
    method: 'get',
    path: '/sessions',
    access: 'session',
    input: z.strictObject({
      ...PageQuery,
      workflowId: z.string().max(200).optional(),
      status: z.enum(statuses).optional(),
      /** What it stands still for: `person` are those that were handed over to you. */
      waitingFor: z.enum(['message', 'time', 'client', 'person', 'webhook']).optional(),
    }),
    output: pageOf(SessionView),
  }),
  get: operation({
    summary: 'Read where a session stands',
    method: 'get',
    path: '/sessions/:id',
    access: 'session',
    input: Id,
    output: SessionView,
  }),
  messages: operation({
    summary: 'Read the transcript, oldest first',
    method: 'get',
    path: '/sessions/:id/messages',
    access: 'session',
    input: z.strictObject({
      ...Id.shape,
      limit: z.coerce.number().int().min(1).max(1_000).default(500),
      cursor: PageQuery.cursor,
    }),
    output: pageOf(Message),
  }),
  events: operation({
    summary: 'Read what a session told after event number `after`',
    method: 'get',
    path: '/sessions/:id/events',
    access: 'session',
    input: z.strictObject({
      ...Id.shape,
      after: z.coerce.number().int().min(0).default(0),
      limit: z.coerce.number().int().min(1).max(1_000).default(500),
    }),
    output: z.object({ items: z.array(SessionEvent), nextCursor: z.string().nullable() }),
    stream: SessionEvent,
  }),
  send: operation({
    summary: "Send the visitor's message",
    method: 'post',
    path: '/sessions/:id/messages',
    access: 'session',
    input: z.strictObject({
      ...Id.shape,
      message: z.string().max(20_000).transform(cleaned),
      /** The same id again is acknowledged again and processed once. */
      messageId: z.string().min(1).max(200).optional(),
      /** Taken only while this is the number of the session's last event: an answer to what was seen, and to nothing that came since. */
      ifSeq: z.int().min(0).optional(),
      advance,
    }),
    example: { id: '5f2c', message: 'ada@example.com', messageId: 'm-1' },
    output: TurnView,
  }),
  reply: operation({
    summary: 'Answer the visitor of a session that was handed over to you',
    method: 'post',
    path: '/sessions/:id/reply',
    access: 'user',
    input: z.strictObject({ ...Id.shape, message: z.string().min(1).max(20_000).transform(cleaned) }),
    output: TurnView,
    example: { id: '5f2c', message: 'I have found your order.' },
  }),
  handBack: operation({
    summary: 'Give a session that was handed over to you back to its workflow',
    method: 'post',
    path: '/sessions/:id/hand-back',
    access: 'user',
    input: z.strictObject({
      ...Id.shape,
      /** The way on: `out`, or one that the node names. */
      port: z.string().max(100).default('out'),
      /** What is said to the visitor before. */
      message: z.string().max(20_000).transform(cleaned).default(''),
    }),
    example: { id: '5f2c', port: 'out', message: 'All is settled.' },
    output: TurnView,
  }),
  upload: operation({
    summary: 'Give the file a session waits for',
    method: 'post',
    path: '/sessions/:id/files',
    access: 'session',
    status: 201,
    upload: 'file',
    input: z.strictObject({ ...Id.shape, file: Upload, messageId: z.string().min(1).max(200).optional() }),
    output: TurnView,
  }),
  file: operation({
    summary: 'Read a file that was given in a session',
    method: 'get',
    path: '/sessions/:id/files/:fileId',
    access: 'session',
    input: z.strictObject({ ...Id.shape, fileId: z.string().min(1).max(200) }),
    output: Upload,
  }),
  execute: operation({
    summary: 'Step mode: execute the active node',
    method: 'post',
    path: '/sessions/:id/execute',
    access: 'session',
    input: nodeOf.extend({ advance }),
    example: { id: '5f2c', nodeId: 'greet', advance: true },
    output: TurnView,
  }),
  advance: operation({
    summary: 'Step mode: leave the node that has done its work',
    method: 'post',
    path: '/sessions/:id/advance',
    access: 'session',
    input: nodeOf,
    example: { id: '5f2c', nodeId: 'greet' },
    output: TurnView,
  }),
  end: operation({
    summary: 'End a session',
    method: 'post',
    path: '/sessions/:id/end',
    access: 'session',
    input: Id,
    output: TurnView,
  }),
  remove: operation({
    summary: 'Erase a session with all that was said',
    method: 'delete',
    path: '/sessions/:id',
    access: 'session',
    status: 204,
    input: Id,
    output: z.object({}),
  }),
};
