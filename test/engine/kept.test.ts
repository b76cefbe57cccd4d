import { fromFile } from '@crmflow/core';
import { testWorld } from '@crmflow/core/testing';
import { expect, it } from 'vitest';
import { createMemoryStore } from '../../packages/core/src/adapters/memory/memory-store.ts';
import type { Store } from '../../packages/core/src/store.ts';
import { ask, say, start } from './kit.ts';

const graph = fromFile(
  {
    name: 'asks',
    nodes: [start, ask('name'), say('then', 'Thank you.')],
    edges: ['start -> name', 'name -> then'],
  },
  'the sketch',
);

/** The same data, as a release finds it that knows no node `then`, or reads its data no more. */
function later(store: Store, then: Record<string, string>): Store {
  const get: Store['versions']['get'] = async (id) => {
    const version = (await store.versions.get(id))!;
    const nodes = version.graph.nodes.map((node) => (node.id === 'then' ? { ...node, data: then } : node));
    return { ...version, graph: { ...version.graph, nodes } };
  };
  return { ...store, versions: { ...store.versions, get } };
}

it.each([
  ['its kind is gone', { kind: 'whisper' }, /there is no speak node of the kind "whisper"/],
  ['its data has changed', { txt: 'Thank you.' }, /then, text: it is missing/],
])(
  'a session that comes to a node no release reads any more fails and says why: %s',
  async (_why, data, reason) => {
    const store = createMemoryStore();
    const { app, owner } = testWorld({ store });
    const { id: workflowId } = await app.as(owner).workflows.create(graph);
    const { id } = (await app.as(owner).sessions.start({ workflowId })).session;
    const { app: upgraded } = testWorld({ store: later(store, data) });
    const { session } = await upgraded.as(owner).sessions.send({ id, message: 'Ada' });
    expect(session).toMatchObject({ status: 'failed', reason: expect.stringMatching(reason) as string });
  },
);
