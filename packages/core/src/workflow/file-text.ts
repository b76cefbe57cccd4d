import { parse, stringify, YAMLParseError } from 'yaml';
import { CrmflowError } from '../errors.ts';
import { arrow, fromFile, idOf, type FileContent } from './file.ts';
import { Graph, type Edge } from './workflow.ts';

/** Reads a workflow file, JSON or YAML. Says where it is not one. */
export function readWorkflowFile(text: string, fileName: string): FileContent {
  return fromFile(parseText(text, fileName), fileName);
}

/** What a JSON or YAML file holds. Says where it cannot be read. */
export function parseText(text: string, fileName: string): unknown {
  try {
    return fileName.endsWith('.json')
      ? (JSON.parse(text) as unknown)
      : (parse(text, { maxAliasCount: 50 }) as unknown);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n')[0]!.replace(/:$/, '.') : String(cause);
    const hint =
      cause instanceof YAMLParseError && OF_A_COLON.has(cause.code)
        ? ' A text that holds a colon stands in quotes.'
        : '';
    throw new CrmflowError('invalid_input', `${fileName} cannot be read: ${reason}${hint}`, undefined, {
      cause,
    });
  }
}
/** What YAML makes of `text: I see: that`. */
const OF_A_COLON: ReadonlySet<string> = new Set(['BLOCK_IN_FLOW', 'BLOCK_AS_IMPLICIT_KEY']);

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
