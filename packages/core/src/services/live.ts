import { LRUCache } from 'lru-cache';
import { CrmflowError } from '../errors.ts';
import type { Store } from '../store.ts';
import { Graph, type Version, type Workflow } from '../workflow/workflow.ts';

/** Of the JSON of published versions, in characters: so much is kept at hand. */
const MOST = 16_000_000;

interface Kept {
  version: Version;
  graph: Graph;
}

export type Live = ReturnType<typeof createLive>;

/** What of a workflow is run: the version that was published, or else what is saved. */
export function createLive({ store }: { store: Pick<Store, 'versions'> }) {
  const known = new LRUCache<string, Kept>({
    maxSize: MOST,
    sizeCalculation: ({ graph }) => JSON.stringify(graph).length,
  });

  async function keptOf({ id, publishedVersionId }: Workflow): Promise<Kept | null> {
    if (publishedVersionId === null) return null;
    const found = known.get(publishedVersionId);
    if (found) return found;
    const version = await store.versions.get(publishedVersionId);
    if (!version)
      throw new CrmflowError('internal', `The published version of the workflow ${id} is missing.`);
    const kept = { version, graph: Graph.parse(version.graph) };
    known.set(publishedVersionId, kept);
    return kept;
  }

  return {
    /** The version that a workflow's sessions start on whatever is saved; null where nothing is published. */
    published: async (workflow: Workflow): Promise<Version | null> =>
      (await keptOf(workflow))?.version ?? null,
    /** The workflow with the graph that its sessions start on. A version does not know where boxes stand: as far as they are still there, where they do now. */
    async live(workflow: Workflow): Promise<Workflow> {
      const kept = await keptOf(workflow);
      if (!kept) return workflow;
      const places = new Map(workflow.nodes.map((node) => [node.id, node]));
      const nodes = kept.graph.nodes.map((node) => {
        const { positionX, positionY } = places.get(node.id) ?? node;
        return { ...node, positionX, positionY };
      });
      return { ...workflow, ...kept.graph, nodes };
    },
  };
}
