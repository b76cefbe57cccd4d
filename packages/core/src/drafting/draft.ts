import { z } from 'zod';
import { CrmflowError } from '../errors.ts';
import { saidOf } from '../language/issue.ts';
import { toJson, type Json } from '../language/json.ts';
import { fromFile, type FileContent } from '../workflow/file.ts';
import { Graph, Node, Settings, type Problem } from '../workflow/workflow.ts';
import { beyondADraft } from './beyond.ts';

export const MOST_CHARACTERS = 100_000;
export const MOST_NODES = 60;

/** What visitors and services might answer, by the node that is answered. */
export type Samples = ReadonlyMap<string, readonly Json[]>;

/** A workflow as a model writes it: the file form, and no more than a draft has a say in. */
const Written = z.object({
  name: z.string().trim().min(1).max(200),
  description: z.string().max(2_000).optional(),
  settings: z
    .object({
      language: Settings.shape.language,
      timeZone: Settings.shape.timeZone,
      country: Settings.shape.country,
    })
    .prefault({}),
  knowledge: Graph.shape.knowledge.unwrap().max(100).default([]),
  nodes: z
    .array(Node.omit({ positionX: true, positionY: true }))
    .min(1)
    .max(MOST_NODES),
  edges: z.array(z.string().max(300)).max(4 * MOST_NODES),
  samples: z.record(z.string(), z.array(z.json()).max(10)).default({}),
});

export type Draft = { content: FileContent; samples: Samples } | { problems: Problem[] };

/** Reads what a model wrote for this wish. What is no draft, or does what none may do, is told in words. */
export function readDraft(text: string, wish: string): Draft {
  const json = jsonOf(text);
  if (json === undefined) return { problems: [{ severity: 'error', message: NO_JSON }] };
  const parsed = Written.safeParse(json);
  if (!parsed.success) return { problems: parsed.error.issues.slice(0, MOST_ISSUES).map(told) };
  const { samples, ...file } = parsed.data;
  try {
    const content = fromFile(file, 'the draft');
    const problems = beyondADraft(content, wish);
    return problems.length ? { problems } : { content, samples: new Map(Object.entries(samples)) };
  } catch (cause) {
    return { problems: [{ severity: 'error', message: CrmflowError.from(cause).message }] };
  }
}

const NO_JSON =
  'The answer must be one whole JSON object, nested no deeper than 64 levels, and nothing else.';
const MOST_ISSUES = 20;
function told(issue: z.core.$ZodIssue): Problem {
  const field = issue.path.join('.');
  const message = saidOf(issue);
  return { severity: 'error', ...(field && { field }), message: field ? `${field}: ${message}` : message };
}

/** The object in an answer, whatever stands around it; undefined when there is none, or one nested without end. */
function jsonOf(text: string): Json | undefined {
  const from = text.indexOf('{');
  const to = text.lastIndexOf('}');
  try {
    return toJson(JSON.parse(text.slice(from, to + 1)));
  } catch {
    return undefined;
  }
}
