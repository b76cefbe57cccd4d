import { LRUCache } from 'lru-cache';
import { CrmflowError } from '../errors.ts';
import type { Store } from '../store.ts';
import { Graph, type Version, type Workflow } from '../workflow/workflow.ts';

/** So many published versions are kept at hand. */
const MOST = 200;

export type Live = ReturnType<typeof createLive>;

/** What of a workflow is run: the version that was published, or else what is saved. */
export function createLive({ store }: { store: Pick<Store, 'versions'> }) {
  const known = new LRUCache<string, Version>({ max: MOST });

  /** The version that a workflow's sessions start on whatever is saved; null where nothing is published. */
  async function published({ id, publishedVersionId }: Workflow): Promise<Version | null> {
    if (publishedVersionId === null) return null;
    const version = known.get(publishedVersionId) ?? (await store.versions.get(publishedVersionId));
    if (!version)
      throw new CrmflowError('internal', `The published version of the workflow ${id} is missing.`);
    known.set(publishedVersionId, version);
    return version;
  }
  /** The workflow with the graph that its sessions start on. */
  async function live(workflow: Workflow): Promise<Workflow> {
    const version = await published(workflow);
    return version ? { ...workflow, ...Graph.parse(version.graph) } : workflow;
  }

  return { published, live };
}
