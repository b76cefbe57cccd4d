import { z } from 'zod';
import { modelName } from '../nodes/ai/models.ts';
import { nodeTypes } from '../nodes/types.ts';

const reserved = new Set(['__proto__', 'constructor', 'prototype']);
const Id = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[^/\u0000-\u001f\u007f-\u009f]+$/, 'an id has no slash and no control characters')
  .refine((id) => !reserved.has(id), 'this id is reserved');
const JsonObject = z.record(z.string(), z.json());

/** A node as it is kept and sent: `data` is the author's, checked by `problems`. */
export const Node = z.object({
  id: Id.describe('Unique within its workflow; edges name it.'),
  type: z.enum(nodeTypes).describe(`One of ${nodeTypes.map((type) => `\`${type}\``).join(', ')}.`),
  label: z.string().max(200).default('').describe('What people call it, also those who talk with it.'),
  positionX: z.number().default(0).describe('Where an editor draws it.'),
  positionY: z.number().default(0).describe('Where an editor draws it.'),
  data: JsonObject.default({}).describe('What its kind takes, and `kind` itself.'),
});
export const Edge = z.object({
  id: z.string().min(1).max(300).describe('Unique within its workflow; made when absent.'),
  sourceNodeId: z.string().min(1).max(100).describe('Where it begins.'),
  sourcePort: z.string().min(1).max(100).default('out').describe('The named way out of the source.'),
  targetNodeId: z.string().min(1).max(100).describe('Where it leads to.'),
});

/** What bounds one conversation; the engine's own ceilings stand above the author's. */
export const Limits = z.strictObject({
  stepsPerTurn: z.int().min(1).max(20_000).default(10_000).describe('Nodes in one turn.'),
  stepsPerSession: z.int().min(1).max(1_000_000).default(100_000).describe('Nodes in one session.'),
  callsPerTurn: z.int().min(1).max(10_000).default(100).describe('Nodes that reach outside in one turn.'),
  turnMs: z.int().min(10).max(10_000).default(2_000).describe('Computing in one turn, in milliseconds.'),
  variableBytes: z
    .int()
    .min(1_000)
    .max(1_000_000)
    .default(256_000)
    .describe(
      'All variables together, as JSON: with the lists that loops go through, and what callers know.',
    ),
  messageChars: z
    .int()
    .min(1)
    .max(20_000)
    .default(4_000)
    .describe('Characters of one message of the visitor.'),
  modelTokens: z
    .int()
    .min(0)
    .max(100_000_000)
    .default(200_000)
    .describe('Tokens that models read and write in one session.'),
  workMs: z
    .int()
    .min(1_000)
    .max(86_400_000)
    .default(900_000)
    .describe(
      'Work outside in one session, in milliseconds: answers of models, calls to services. Waits do not count.',
    ),
});
/** Who answers, and for how much. */
export const AiSettings = z.strictObject({
  models: z
    .array(modelName())
    .min(1)
    .max(10)
    .optional()
    .describe(
      'Who is asked, in turn: the next when one fails. Those its owner has keys for when absent; `extractive` quotes.',
    ),
  tokensPerDay: z
    .int()
    .min(0)
    .max(2_000_000_000)
    .optional()
    .describe('Tokens that models read and write for all sessions of the workflow in one day (UTC).'),
});
/** Whom a workflow may write to and call, and how often. */
export const SendingSettings = z.strictObject({
  countries: z
    .array(z.string().regex(/^[A-Z]{2}$/, 'a country is two capitals, such as DE'))
    .min(1)
    .max(250)
    .optional()
    .describe('Whose numbers, ISO 3166; that of the settings when absent, everybody’s where they name none.'),
  perNumber: z
    .strictObject({
      count: z.int().min(1).max(100).default(3).describe('How many.'),
      minutes: z.int().min(1).max(1_440).default(10).describe('Within so many minutes.'),
    })
    .prefault({})
    .describe('Messages and calls to one number, of all workflows of the owner together.'),
});
export const Settings = z.strictObject({
  language: z
    .string()
    .min(2)
    .max(35)
    .default('en')
    .describe('BCP 47: `en`, `de-DE`. What built-in texts are said in.'),
  timeZone: z
    .string()
    .max(60)
    .default('UTC')
    .describe('IANA: `Europe/Berlin`. What dates and times are meant in.'),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .optional()
    .describe('ISO 3166: `DE`. For phone numbers without a prefix.'),
  voice: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,60}$/, 'a voice is letters, digits, dots and hyphens')
    .optional()
    .describe('Who speaks in calls, as Twilio names voices: `Polly.Vicki`.'),
  commands: z.boolean().default(true).describe('Whether a visitor may say restart, back and help.'),
  debounceMs: z
    .int()
    .min(0)
    .max(10_000)
    .default(0)
    .describe(
      'How long a visitor must pause, in milliseconds, before what they sent is taken as one message; 0 takes each by itself.',
    ),
  limits: Limits.prefault({}).describe('What bounds one conversation.'),
  ai: AiSettings.prefault({}).describe('Who answers, and for how much.'),
  sending: SendingSettings.prefault({}).describe('Whom it may write to and call, and how often.'),
  texts: z
    .record(z.string(), z.string().max(1_000))
    .default({})
    .describe('The author’s own wording of built-in texts, by key: `no_answer`, `yes`, `not_email`.'),
});
export const QuestionAndAnswer = z.strictObject({
  question: z.string().min(1).max(1_000),
  answer: z.string().min(1).max(20_000),
});

const graph = {
  nodes: z.array(Node).max(5_000),
  edges: z.array(Edge).max(20_000),
  settings: Settings.prefault({}).describe('How it talks, and what bounds it.'),
  knowledge: z
    .array(QuestionAndAnswer)
    .max(2_000)
    .default([])
    .describe('Questions with their answers, `{ question, answer }`, that `ai` nodes may answer from.'),
};
/** All that decides how a conversation goes. */
export const Graph = z.object(graph);
/** A graph with the workflows it calls: what a version keeps. */
export const VersionGraph = z.object({ ...graph, subflows: z.record(z.string(), Graph).default({}) });

export const Problem = z.object({
  /** An error keeps the workflow from starting; a warning does not. */
  severity: z.enum(['error', 'warning']),
  nodeId: z.string().optional(),
  edgeId: z.string().optional(),
  /** Inside the node's data, or without a node `settings.` and which; dotted. */
  field: z.string().optional(),
  message: z.string(),
});

export const Workflow = z.object({
  id: z.string(),
  name: z.string().min(1).max(200),
  description: z.string().max(2_000).nullable(),
  isPublic: z.boolean(),
  isTemplate: z.boolean(),
  ...graph,
  userId: z.string(),
  /** Counts the saves. */
  revision: z.int(),
  /** The version that sessions start on, whatever is saved; null where each save counts at once. */
  publishedVersionId: z.string().nullable(),
  publishedAt: z.iso.datetime().nullable(),
  /** When it next starts by itself; null when it does not. */
  firesAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});

export type Node = z.infer<typeof Node>;
export type Edge = z.infer<typeof Edge>;
export type Limits = z.infer<typeof Limits>;
export type Settings = z.infer<typeof Settings>;
export type QuestionAndAnswer = z.infer<typeof QuestionAndAnswer>;
export type Graph = z.infer<typeof Graph>;
export type VersionGraph = z.infer<typeof VersionGraph>;
export type Problem = z.infer<typeof Problem>;
export type Workflow = z.infer<typeof Workflow>;

/** An immutable copy of a graph that sessions run on; the id is its fingerprint. */
export interface Version {
  id: string;
  graph: VersionGraph;
}
