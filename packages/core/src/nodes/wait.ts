import { z } from 'zod';

export const answerKinds = [
  'text',
  'email',
  'phone',
  'number',
  'date',
  'time',
  'url',
  'confirm',
  'choice',
  'rating',
  'file',
] as const;

export const Choice = z.object({ id: z.string(), label: z.string() });

const choosing = ['choice', 'confirm'] as const;
const limits = {
  multiple: z.boolean().optional(),
  min: z.union([z.number(), z.string()]).optional(),
  max: z.union([z.number(), z.string()]).optional(),
  step: z.number().optional(),
  minLength: z.int().optional(),
  maxLength: z.int().optional(),
  /** MIME types, for files. */
  accept: z.array(z.string()).optional(),
  maxBytes: z.int().optional(),
};
/** What a waiting node would like to hear: enough for a client to draw the right control. */
export const Expects = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(choosing), choices: z.array(Choice), ...limits }),
  z.object({
    kind: z.enum(answerKinds).exclude(choosing),
    choices: z.array(Choice).optional(),
    ...limits,
  }),
]);

/** What a session stands still for. */
export const Wait = z.discriminatedUnion('for', [
  z.object({
    for: z.literal('message'),
    expects: Expects,
    /** When it goes on without an answer. */
    until: z.iso.datetime().optional(),
    /** What was said since: parts of one answer, of which more may come. */
    heard: z.array(z.string()).optional(),
  }),
  z.object({ for: z.literal('time'), until: z.iso.datetime() }),
  z.object({
    for: z.literal('person'),
    /** Since when. */
    since: z.iso.datetime().optional(),
    /** When it goes on without one. */
    until: z.iso.datetime().optional(),
  }),
  z.object({
    for: z.literal('webhook'),
    /** Which of the session's addresses is to be called. */
    hook: z.int(),
    /** When it goes on without a call. */
    until: z.iso.datetime().optional(),
  }),
  z.object({ for: z.literal('client'), to: z.enum(['execute', 'advance']) }),
]);

export const Media = z.object({
  kind: z.enum(['image', 'audio', 'video', 'file']),
  url: z.string(),
  /** What it shows, for those who cannot see or hear it. */
  alt: z.string().optional(),
  name: z.string().optional(),
});

/** A file the visitor gave. */
export const VisitorFile = z.object({
  /** By which it is read: the `fileId` of the operation. Absent of a file that is not kept here, and in lines that were stored before it was told. */
  id: z.string().optional(),
  name: z.string(),
  url: z.string(),
  mimeType: z.string().optional(),
  size: z.int().nonnegative().optional(),
});

/** What ends a wait. */
export const Wake = z.discriminatedUnion('by', [
  z.object({ by: z.literal('message'), text: z.string(), file: VisitorFile.optional() }),
  z.object({ by: z.literal('time') }),
  z.object({
    by: z.literal('person'),
    /** What the person says to the visitor. */
    text: z.string(),
    /** By which the person gives the conversation back; absent, and it stays with the person. */
    port: z.string().optional(),
  }),
  z.object({
    by: z.literal('webhook'),
    hook: z.int(),
    /** What was sent, as JSON; a form is a map of texts. */
    body: z.json(),
    query: z.record(z.string(), z.string()),
  }),
]);

export type Choice = z.infer<typeof Choice>;
export type Expects = z.infer<typeof Expects>;
export type Wait = z.infer<typeof Wait>;
export type Media = z.infer<typeof Media>;
export type VisitorFile = z.infer<typeof VisitorFile>;
export type Wake = z.infer<typeof Wake>;
