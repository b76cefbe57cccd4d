import { z } from 'zod';
import { CrmflowError } from '../errors.ts';
import { readAs } from '../language/issue.ts';
import { Edge, Graph, Node, Workflow } from './workflow.ts';

/** `ask -> greet`, or by a named port `ask.invalid -> bye`. */
const Arrow = z.string().meta({ description: 'source -> target, or source.port -> target' });

const FileEdge = z.union([
  Arrow,
  z.strictObject({
    ...Edge.shape,
    id: Edge.shape.id.optional(),
    label: z.string().optional().describe('For those who read the file; it is not kept.'),
  }),
]);

/** A workflow as a file: what travels between people, in git. */
export const WorkflowFile = z.strictObject({
  $schema: z.string().optional().describe('Where an editor finds the JSON Schema of workflow files.'),
  name: Workflow.shape.name.describe('What it is called.'),
  description: z.string().max(2_000).optional().describe('What it is for, in a sentence or two.'),
  isPublic: z
    .boolean()
    .optional()
    .describe(
      'Whether anybody may start it, without a login; its owner alone when absent. Nobody else may read it.',
    ),
  settings: Graph.shape.settings,
  knowledge: Graph.shape.knowledge,
  nodes: z
    .array(z.strictObject(Node.shape))
    .max(5_000)
    .describe('The steps: each a kind, with what it takes.'),
  edges: z
    .array(FileEdge)
    .max(20_000)
    .describe('The lines between them: `source -> target`, or by a named way out `source.port -> target`.'),
});

/** A workflow read from a file, its edges spelt out. */
export interface FileContent extends Graph {
  name: string;
  description: string | null;
  isPublic: boolean;
}

/** Checks the parsed content of a workflow file and spells its edges out. Says where it is not one. */
export function fromFile(content: unknown, fileName: string): FileContent {
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw new CrmflowError('invalid_input', `${fileName} holds no workflow: a name, nodes and edges.`);
  const { name, description, isPublic, nodes, edges, settings, knowledge } = readAs(
    WorkflowFile,
    content,
    fileName,
  );
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
/** The id of an edge that was given none. */
export const idOf = ({ sourceNodeId, sourcePort, targetNodeId }: Omit<Edge, 'id'>) =>
  `${sourceNodeId}.${sourcePort}->${targetNodeId}`;

/** An edge from an arrow: `a -> b`, `a.port -> b`. */
export function arrow(text: string, ids: ReadonlySet<string>, fileName: string): Edge {
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
