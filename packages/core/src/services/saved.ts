import type { z } from 'zod';
import type { contract } from '../contract/index.ts';
import { CrmflowError } from '../errors.ts';
import type { Ids } from '../ports.ts';
import type { WorkflowPatch } from '../store.ts';
import type { Edge, Node } from '../workflow/workflow.ts';

/** What an author saves of a workflow. */
export type Saved = { [K in keyof Draft]?: Draft[K] | undefined };
type Draft = Pick<
  z.output<(typeof contract)['workflows']['create']['input']>,
  'name' | 'description' | 'isPublic' | 'isTemplate' | 'nodes' | 'edges' | 'settings' | 'knowledge'
>;

/** What a save changes. */
export function patchOf(
  { name, description, isPublic, isTemplate, nodes, edges, settings, knowledge }: Saved,
  ids: Ids,
): WorkflowPatch {
  return {
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    ...(isPublic !== undefined && { isPublic }),
    ...(isTemplate !== undefined && { isTemplate }),
    ...(nodes && { nodes: nodesOf(nodes, ids) }),
    ...(edges && { edges: edgesOf(edges, ids) }),
    ...(settings && { settings }),
    ...(knowledge && { knowledge }),
  };
}

type Unnamed<T extends { id: string }> = Omit<T, 'id'> & { id?: string | undefined };
/** Nodes as they are kept, each with an id of its own. @throws CrmflowError `invalid_input` for two with one id */
export const nodesOf = (nodes: readonly Unnamed<Node>[], ids: Ids): Node[] =>
  distinct(
    'nodes',
    nodes.map((node) => ({ ...node, id: node.id ?? ids.row() })),
  );
/** The same for edges. */
export const edgesOf = (edges: readonly Unnamed<Edge>[], ids: Ids): Edge[] =>
  distinct(
    'edges',
    edges.map((edge) => ({ ...edge, id: edge.id ?? ids.row() })),
  );

function distinct<T extends { id: string }>(what: string, rows: T[]): T[] {
  const seen = new Set<string>();
  for (const { id } of rows) {
    if (seen.has(id)) throw new CrmflowError('invalid_input', `Two ${what} have the id ${id}.`);
    seen.add(id);
  }
  return rows;
}
