import { z } from 'zod';
import { Citation } from '../nodes/citation.ts';
import { Person } from '../nodes/contact.ts';
import { Expects, Media, VisitorFile, Wait, Wake } from '../nodes/wait.ts';
import { nodeTypes } from '../nodes/types.ts';

const Json = z.json();
export const VariablesSchema = z.record(z.string(), Json);
const Variables = VariablesSchema;

/** What must be finished before the conversation goes on where it was left. Innermost last. */
export const Frame = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('each'), nodeId: z.string(), items: z.array(Json), index: z.int() }),
  z.object({ kind: z.literal('jump'), nodeId: z.string(), again: Json.optional() }),
  z.object({
    kind: z.literal('call'),
    nodeId: z.string(),
    /** The caller's graph: null is the workflow itself. */
    graph: z.string().nullable(),
    variables: Variables,
    memory: Variables,
    /** Caller's variable → the subflow's. */
    results: z.record(z.string(), z.string()),
  }),
]);

/** A way back to an earlier question: where it was asked and what has changed since. */
export const Past = z.object({
  nodeId: z.string(),
  graph: z.string().nullable(),
  stack: z.array(Frame),
  undo: Variables,
  /** Variables that did not exist then. */
  unset: z.array(z.string()),
  /** All that was known and remembered, where it was asked in another call: then nothing else is noted. */
  whole: z.object({ variables: Variables, memory: Variables }).optional(),
});

/** How a step-mode client left its node: carried out when it says advance. */
export const Departure = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('next'),
    port: z.string(),
    loop: z
      .object({ items: z.array(Json), index: z.int() })
      .nullable()
      .optional(),
  }),
  z.object({ kind: z.literal('end'), outcome: z.string().optional() }),
  z.object({ kind: z.literal('jump'), to: z.string(), comesBack: z.boolean(), again: Json.optional() }),
  z.object({ kind: z.literal('return') }),
  z.object({
    kind: z.literal('call'),
    workflow: z.string(),
    inputs: Variables,
    results: z.record(z.string(), z.string()),
  }),
]);

export const channelKinds = ['sms', 'whatsapp', 'voice'] as const;
/** Who talks with whom by telephone. */
export const Channel = z.object({
  kind: z.enum(channelKinds),
  /** The visitor's number, as E.164, or what stands for one that is withheld. */
  peer: z.string(),
  /** The number that was written to or called. */
  own: z.string(),
});

/** What the engine needs to go on, beside the columns one asks for. */
export const SessionState = z.object({
  wait: Wait.nullable(),
  /** Which graph of the version the node is in: null is the workflow itself. */
  graph: z.string().nullable(),
  stack: z.array(Frame),
  /** What nodes remember until they are left. */
  memory: Variables,
  past: z.array(Past),
  /** Distinct nodes of the workflow that have done their work. */
  completed: z.array(z.string()),
  /** What it was started with, for a restart. */
  inputs: Variables,
  /** The message an effect node is at work on. */
  wake: Wake.nullable(),
  departure: Departure.nullable(),
  /** The visitor's last words. */
  message: z.string().nullable(),
  /**
   * What it may know of the person it is with: all that is kept of a contact it was started for, else only what it wrote
   * itself. Null while it is with nobody.
   */
  contact: z.object({ isProven: z.boolean(), person: Person }).nullable(),
  /** How often the run of the node at hand was cut short. */
  cuts: z.int(),
  /** What models have read and written for it. */
  tokens: z.int(),
  /** How long its nodes have worked outside, in milliseconds. */
  workedMs: z.int(),
  /** How its visitor came in, when that is not by a client of ours. */
  channel: Channel.nullable(),
});

export const statuses = ['running', 'waiting', 'finished', 'failed'] as const;
export const modes = ['auto', 'step'] as const;
/** Whether a session has not come to its end. */
export const isOpen = ({ status }: Pick<Session, 'status'>): boolean =>
  status === 'running' || status === 'waiting';
/** Whether a session takes what is said to it: it waits for words, or is at work, and then may wait for some. */
export const canHear = ({ status, wait }: Pick<Session, 'status' | 'wait'>): boolean =>
  status === 'running' || wait?.for === 'message' || wait?.for === 'person';

/** One conversation, whole. */
export interface Session extends z.infer<typeof SessionState> {
  id: string;
  workflowId: string;
  versionId: string;
  /** The workflow's owner; null for a shipped template run by a guest. */
  userId: string | null;
  starterId: string | null;
  /** Who it is with, as it is stored. */
  contactId: string | null;
  tokenHash: string;
  mode: (typeof modes)[number];
  status: (typeof statuses)[number];
  outcome: string | null;
  reason: string | null;
  nodeId: string | null;
  step: number;
  seq: number;
  /** How often the node at hand was begun, also by itself: an answer that is made anew. */
  attempt: number;
  variables: z.infer<typeof Variables>;
  /** ISO 8601: when it must be looked at again. */
  dueAt: string | null;
  createdAt: string;
  updatedAt: string;
}

/** A line of the transcript. */
export const Message = z.object({
  /** Unique within its session. */
  id: z.string(),
  from: z.enum(['user', 'bot']),
  text: z.string(),
  nodeId: z.string(),
  at: z.iso.datetime(),
  /** Of the bot's side: a person who has taken the conversation over. */
  author: z.literal('person').optional(),
  media: Media.optional(),
  file: VisitorFile.optional(),
  citations: z.array(Citation).optional(),
});

/** What a stranger may see of a node. */
export const NodeView = z.object({
  id: z.string(),
  type: z.enum(nodeTypes),
  kind: z.string(),
  label: z.string(),
});

const seq = { seq: z.int() };
/** Everything a session tells, numbered without a gap. `type` is the name of the event on the socket. */
export const SessionEvent = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('session:started'),
    ...seq,
    workflowId: z.string(),
    activeNode: NodeView,
    totalNodes: z.int(),
  }),
  z.object({ type: z.literal('session:message'), ...seq, message: Message }),
  z.object({ type: z.literal('node:execution_complete'), ...seq, nodeId: z.string() }),
  z.object({
    type: z.literal('system:waiting_for_input'),
    ...seq,
    nodeId: z.string(),
    label: z.string(),
    expects: Expects,
    /** It is with a person, to whom the visitor may write on: nothing is asked. */
    for: z.literal('person').optional(),
  }),
  z.object({ type: z.literal('workflow:node_activated'), ...seq, node: NodeView }),
  z.object({ type: z.literal('ai:processing_start'), ...seq, nodeId: z.string(), attempt: z.int() }),
  z.object({ type: z.literal('ai:chunk'), ...seq, nodeId: z.string(), chunk: z.string() }),
  z.object({ type: z.literal('ai:processing_end'), ...seq, nodeId: z.string() }),
  z.object({
    type: z.literal('workflow:finished'),
    ...seq,
    completedNodes: z.int(),
    completedNodeIds: z.array(z.string()),
    outcome: z.string().nullable(),
    reason: z.string().nullable(),
    /** For the workflow's owner only. */
    owner: z.object({ variables: Variables }).optional(),
  }),
]);

export const logEventTypes = [
  'session_start',
  'message_sent',
  'ai_response',
  'node_advance',
  'session_end',
] as const;
/** One row for analytics: what happened, never what was said. */
export interface LogEntry {
  eventType: (typeof logEventTypes)[number];
  nodeId: string | null;
  nodeType: (typeof nodeTypes)[number] | null;
  data: z.infer<typeof Variables>;
}

export type Channel = z.infer<typeof Channel>;
export type Message = z.infer<typeof Message>;
export type NodeView = z.infer<typeof NodeView>;
export type SessionEvent = z.infer<typeof SessionEvent>;
export type Frame = z.infer<typeof Frame>;
export type Past = z.infer<typeof Past>;
export type Departure = z.infer<typeof Departure>;
export type SessionState = z.infer<typeof SessionState>;
type NoSeq<E> = E extends SessionEvent ? Omit<E, 'seq'> : never;
/** An event before it has its number. */
export type Told = NoSeq<SessionEvent>;
