import { LRUCache } from 'lru-cache';
import { CrmflowError } from '../errors.ts';
import type { Store } from '../store.ts';
import { compileFlow, type Flow } from '../workflow/flow.ts';
import type { Version } from '../workflow/workflow.ts';

export type Flows = ReturnType<typeof createFlows>;

/** Versions made ready to run, each compiled once while it is in use. */
export function createFlows(store: Store) {
  const flows = new LRUCache<string, Flow>({ max: 500 });

  function made(version: Version): Flow {
    const flow = flows.get(version.id) ?? compileFlow(version);
    flows.set(version.id, flow);
    return flow;
  }

  async function get(versionId: string): Promise<Flow> {
    const known = flows.get(versionId);
    if (known) return known;
    const version = await store.versions.get(versionId);
    if (!version) throw new CrmflowError('internal', `The version ${versionId} of a session is missing.`);
    return made(version);
  }

  return { get, made, has: (versionId: string) => flows.has(versionId) };
}
