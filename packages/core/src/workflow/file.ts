import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { CrmflowError } from '../errors.ts';
import { Edge, Graph, Node, Workflow, type QuestionAndAnswer } from './workflow.ts';

/** Where the JSON Schema of workflow files can be had, for completion in an editor. */
export const SCHEMA_FILE = 'workflow.schema.json';

/** `ask -> greet`, or by a named port `ask.invalid -> bye`. */
const Arrow = z.string().meta({ description: 'source -> target, or source.port -> target' });

const FileEdge = z.union([
  Arrow,
  z.strictObject({ ...Edge.shape, id: Edge.shape.id.optional(), label: z.string().optional() }),
]);

/** A workflow as a file: what travels between people, in git. */
export const WorkflowFile = z.strictObject({
  $schema: z.string().optional(),
  name: Workflow.shape.name,
  description: z.string().max(2_000).optional(),
  isPublic: z.boolean().optional(),
  settings: Graph.shape.settings,
  knowledge: Graph.shape.knowledge,
  nodes: z.array(z.strictObject(Node.shape)).max(5_000),
  edges: z.array(FileEdge).max(20_000),
});

/** A workflow read from a file, its edges spelt out. */
export interface FileContent extends Graph {
  name: string;
  description: string | null;
  isPublic: boolean;
}

/** Reads a workflow file, JSON or YAML. Says where it is not one. */
export function readWorkflowFile(text: string, fileName: string): FileContent {
  return fromFile(parseText(text, fileName), fileName);
}

/** The same for content that has been parsed already. */
export function fromFile(content: unknown, fileName: string): FileContent {
  const parsed = WorkflowFile.safeParse(content);
  if (!parsed.success) {
    const [first] = parsed.error.issues;
    const where = first!.path.length ? `${first!.path.join('.')}: ` : '';
    throw new CrmflowError('invalid_input', `${fileName}: ${where}${first!.message}`, parsed.error.issues);
  }
  const { name, description, isPublic, nodes, edges, settings, knowledge } = parsed.data;
  const ids = new Set(nodes.map(({ id }) => id));
  const spelt = edges.map((edge) => {
    if (typeof edge !== 'string') return { id: edge.id ?? idOf(edge), ...without(edge) };
    return arrow(edge, ids, fileName);
  });
  const isQuiet = isPublic ?? false;
  return {
    name,
    description: description ?? null,
    isPublic: isQuiet,
    nodes,
    edges: spelt,
    settings,
    knowledge,
  };
}

const without = ({ sourceNodeId, sourcePort, targetNodeId }: Omit<Edge, 'id'>) => ({
  sourceNodeId,
  sourcePort,
  targetNodeId,
});
const idOf = ({ sourceNodeId, sourcePort, targetNodeId }: Omit<Edge, 'id'>) =>
  `${sourceNodeId}.${sourcePort}->${targetNodeId}`;

function arrow(text: string, ids: ReadonlySet<string>, fileName: string): Edge {
  const [from = '', to, ...rest] = text.split('->').map((part) => part.trim());
  if (!from || !to || rest.length)
    throw new CrmflowError(
      'invalid_input',
      `${fileName}: "${text}" is no edge. Write: source -> target, or source.port -> target.`,
    );
  const dot = from.lastIndexOf('.');
  const hasPort = !ids.has(from) && dot > 0;
  const edge = {
    sourceNodeId: hasPort ? from.slice(0, dot) : from,
    sourcePort: hasPort ? from.slice(dot + 1) : 'out',
    targetNodeId: to,
  };
  return { id: idOf(edge), ...edge };
}

function parseText(text: string, fileName: string): unknown {
  try {
    return fileName.endsWith('.json')
      ? (JSON.parse(text) as unknown)
      : (parse(text, { maxAliasCount: 50 }) as unknown);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    throw new CrmflowError('invalid_input', `${fileName} cannot be read: ${reason}`, undefined, { cause });
  }
}

/** Writes a workflow as a file: readable, in a fixed order, without what is a default. */
export function writeWorkflowFile(
  workflow: Omit<FileContent, 'isPublic'> & { isPublic?: boolean },
  format: 'yaml' | 'json',
): string {
  const { name, description, isPublic, settings, knowledge, nodes, edges } = workflow;
  const ids = new Set(nodes.map(({ id }) => id));
  const file = {
    name,
    ...(description && { description }),
    ...(isPublic && { isPublic }),
    ...(Object.keys(changed(settings)).length && { settings: changed(settings) }),
    ...(knowledge.length && { knowledge: knowledge }),
    nodes: nodes.map(({ id, type, label, positionX, positionY, data }) => ({
      id,
      type,
      ...(label && { label }),
      ...((positionX || positionY) && { positionX, positionY }),
      ...(Object.keys(data).length && { data }),
    })),
    edges: edges.map((edge) => {
      const short = shortOf(edge);
      const isSame =
        edge.id === idOf(edge) && JSON.stringify(arrowOrNull(short, ids)) === JSON.stringify(edge);
      return isSame ? short : edge;
    }),
  };
  return format === 'json' ? `${JSON.stringify(file, null, 2)}\n` : stringify(file, { lineWidth: 100 });
}

const shortOf = ({ sourceNodeId, sourcePort, targetNodeId }: Edge) =>
  `${sourceNodeId}${sourcePort === 'out' ? '' : `.${sourcePort}`} -> ${targetNodeId}`;
function arrowOrNull(text: string, ids: ReadonlySet<string>): Edge | null {
  try {
    return arrow(text, ids, '');
  } catch {
    return null;
  }
}

/** What of the settings differs from the defaults. */
function changed(settings: Graph['settings']): Record<string, unknown> {
  const plain = Graph.shape.settings.parse({});
  return Object.fromEntries(
    Object.entries(Graph.shape.settings.parse(settings)).filter(
      ([key, value]) => JSON.stringify(value) !== JSON.stringify(plain[key as keyof typeof plain]),
    ),
  );
}
