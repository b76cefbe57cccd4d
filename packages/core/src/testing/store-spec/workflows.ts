import { expect, it } from 'vitest';
import type { Edge, Node } from '../../workflow/workflow.ts';
import { naughty } from './naughty.ts';
import {
  after,
  aVersion,
  aWorkflow,
  aWorld,
  beginning,
  countOf,
  newId,
  scribble,
  type OpenStore,
} from './rows.ts';

const nodes: Node[] = [
  { id: 'z', type: 'trigger', label: 'Start', positionX: -1.5, positionY: 1e6, data: {} },
  {
    id: 'a',
    type: 'logic',
    label: naughty.join('').slice(0, 200),
    positionX: 0,
    positionY: 0,
    // The first is used in the second, though it sorts behind it.
    data: { kind: 'set', values: { total: 'price * 2', due: 'total - 1', a: '1', '10': 'x', '9': 'y' } },
  },
  {
    id: 'm',
    type: 'listen',
    label: '',
    positionX: 0,
    positionY: 0,
    data: { prompt: [...naughty], deep: { in: [[{}]] } },
  },
];
const edges: Edge[] = [
  { id: 'e2', sourceNodeId: 'z', sourcePort: 'out', targetNodeId: 'a' },
  { id: 'e1', sourceNodeId: 'a', sourcePort: 'else', targetNodeId: 'no such node' },
];

export function workflowSpec(open: OpenStore): void {
  it('gives a workflow back whole, its nodes and edges in the order of the author', async () => {
    const { store, userId } = await aWorld(open);
    const knowledge = [{ question: 'Why?', answer: naughty.join('\n').slice(0, 20_000) }];
    const workflow = aWorkflow(userId, { description: '', isPublic: true, nodes, edges, knowledge });
    await store.workflows.create(workflow);
    expect(await store.workflows.get(workflow.id)).toEqual(workflow);
  });

  it('keeps the names inside the data of a node in the order of the author', async () => {
    const { store, userId, version } = await aWorld(open);
    const workflow = aWorkflow(userId, { nodes });
    const other = { ...version, id: newId('version'), graph: { ...version.graph, nodes } };
    await store.workflows.create(workflow);
    await store.versions.keep(other);
    const [stored, kept] = await Promise.all([
      store.workflows.get(workflow.id),
      store.versions.get(other.id),
    ]);
    const order = JSON.stringify(nodes.map(({ data }) => data));
    expect(JSON.stringify(stored?.nodes.map(({ data }) => data))).toBe(order);
    expect(JSON.stringify(kept?.graph.nodes.map(({ data }) => data))).toBe(order);
  });

  it('gives nothing for an unknown workflow or version', async () => {
    const { workflows, versions } = await open();
    expect(await workflows.get(newId('workflow'))).toBeNull();
    expect(await versions.get(newId('version'))).toBeNull();
  });

  it('refuses a second workflow under one id and keeps the first as it was', async () => {
    const { store, userId } = await aWorld(open);
    const first = aWorkflow(userId, { nodes, edges });
    await store.workflows.create(first);
    const again = store.workflows.create({ ...first, name: 'Second', nodes: [], edges: [] });
    await expect(again).rejects.toMatchObject({ code: 'conflict' });
    expect(await store.workflows.get(first.id)).toEqual(first);
  });

  it('finds the last changed of those with one name and one owner', async () => {
    const { store, userId } = await aWorld(open);
    const { userId: otherId } = await aWorld(open);
    const older = aWorkflow(userId, { name: 'Leads', updatedAt: after(1) });
    const newer = aWorkflow(userId, { name: 'Leads', updatedAt: after(2), nodes });
    const foreign = aWorkflow(otherId, { name: 'Leads', updatedAt: after(3) });
    for (const workflow of [newer, older, foreign]) await store.workflows.create(workflow);
    expect(await store.workflows.findByName(userId, 'Leads')).toEqual(newer);
    expect(await store.workflows.findByName(userId, 'leads')).toBeNull();
  });

  it('updates what the patch names and leaves the rest', async () => {
    const { store, userId } = await aWorld(open);
    const workflow = aWorkflow(userId, { nodes, edges, description: 'Old' });
    await store.workflows.create(workflow);
    const renamed = { ...workflow, name: 'New', description: null, revision: 2, updatedAt: after(1) };
    expect(await store.workflows.update(workflow.id, { name: 'New', description: null }, after(1))).toEqual(
      renamed,
    );
    expect(await store.workflows.get(workflow.id)).toEqual(renamed);
  });

  it('keeps which version is published, until none is', async () => {
    const { store, userId, version } = await aWorld(open);
    const workflow = aWorkflow(userId);
    await store.workflows.create(workflow);
    const published = { publishedVersionId: version.id, publishedAt: after(1) };
    await store.workflows.update(workflow.id, published, after(1));
    await store.workflows.update(workflow.id, { name: 'New' }, after(2));
    const listed = await store.workflows.list(userId, { limit: 5 });
    for (const found of [await store.workflows.get(workflow.id), listed.items[0]])
      expect(found).toMatchObject({ name: 'New', revision: 3, ...published });
    const none = { publishedVersionId: null, publishedAt: null };
    await store.workflows.update(workflow.id, none, after(3));
    expect(await store.workflows.findByName(userId, 'New')).toMatchObject(none);
  });

  it('replaces nodes and edges: some stay, some change, some come, some go', async () => {
    const { store, userId } = await aWorld(open);
    const workflow = aWorkflow(userId, { nodes, edges });
    const other = aWorkflow(userId, { nodes, edges });
    await store.workflows.create(workflow);
    await store.workflows.create(other);
    const fresh: Node = { ...nodes[0]!, id: 'b' };
    const changed: Node = {
      ...nodes[1]!,
      type: 'speak',
      label: 'Changed',
      positionX: 7,
      positionY: 8,
      data: { text: 'Hi' },
    };
    const patch = {
      nodes: [fresh, changed, nodes[0]!],
      edges: [{ ...edges[1]!, sourceNodeId: 'b', sourcePort: 'p', targetNodeId: 'z' }],
    };
    const saved = { ...workflow, ...patch, revision: 2, updatedAt: after(1) };
    expect(await store.workflows.update(workflow.id, patch, after(1))).toEqual(saved);
    expect(await store.workflows.get(workflow.id)).toEqual(saved);
    const emptied = await store.workflows.update(workflow.id, { nodes: [] }, after(2));
    expect(emptied).toEqual({ ...saved, nodes: [], revision: 3, updatedAt: after(2) });
    expect(await store.workflows.get(workflow.id)).toEqual(emptied);
    expect(await store.workflows.get(other.id)).toEqual(other);
  });

  it('refuses a save on top of an older revision and says what is stored', async () => {
    const { store, userId } = await aWorld(open);
    const workflow = aWorkflow(userId, { nodes });
    await store.workflows.create(workflow);
    const current = await store.workflows.update(workflow.id, { name: 'Second' }, after(1), 1);
    const late = store.workflows.update(workflow.id, { name: 'Late', nodes: [] }, after(2), 1);
    await expect(late).rejects.toMatchObject({ code: 'stale', details: { current } });
    expect(await store.workflows.get(workflow.id)).toEqual(current);
  });

  it('lets one of many saves on one revision win, and counts each save without one', async () => {
    const { store, userId } = await aWorld(open);
    const workflow = aWorkflow(userId);
    await store.workflows.create(workflow);
    const saves = (revision?: number) =>
      Array.from({ length: 8 }, (_, n) =>
        store.workflows.update(workflow.id, { name: `n${n}` }, after(n), revision),
      );
    expect(await countOf(saves(1))).toEqual({ done: 1, refused: ['stale'] });
    expect(await countOf(saves())).toEqual({ done: 8, refused: [] });
    expect(await store.workflows.get(workflow.id)).toMatchObject({ revision: 10 });
  });

  it('refuses to update or remove what is not there', async () => {
    const { workflows } = await open();
    await expect(workflows.update(newId('workflow'), { name: 'x' }, after(0))).rejects.toMatchObject({
      code: 'not_found',
    });
    await expect(workflows.remove(newId('workflow'))).rejects.toMatchObject({ code: 'not_found' });
  });

  it('removes a workflow whole; its sessions go on and its log rows name it no more', async () => {
    const { store, userId, session } = await aWorld(open);
    const workflow = aWorkflow(userId, { nodes, edges });
    await store.workflows.create(workflow);
    const begins = beginning(session({ workflowId: workflow.id }));
    await store.sessions.commit(begins);
    const logsOf = async () =>
      (await store.logs({ userId }, { limit: 10 })).items.map((row) => row.workflowId);
    expect(await logsOf()).toEqual([workflow.id]);
    await store.workflows.remove(workflow.id);
    expect(await store.workflows.get(workflow.id)).toBeNull();
    expect(await store.sessions.get(begins.session.id)).toEqual(begins.session);
    expect(await logsOf()).toEqual([null]);
    await store.workflows.create(workflow);
    expect(await store.workflows.get(workflow.id)).toEqual(workflow);
  });

  it('keeps 5,000 nodes and 20,000 edges', async () => {
    const { store, userId } = await aWorld(open);
    const many = Array.from({ length: 5_000 }, (_, n): Node => ({ ...nodes[0]!, id: `n${n}` }));
    const lines = Array.from({ length: 20_000 }, (_, n): Edge => ({
      ...edges[0]!,
      id: `e${n}`,
      sourceNodeId: `n${n % 5_000}`,
    }));
    const workflow = aWorkflow(userId, { nodes: many, edges: lines });
    await store.workflows.create(workflow);
    expect(await store.workflows.get(workflow.id)).toEqual(workflow);
    const patch = { nodes: many.toReversed().slice(1), edges: lines.slice(1) };
    const saved = await store.workflows.update(workflow.id, patch, after(1));
    expect(await store.workflows.get(workflow.id)).toEqual(saved);
  });

  it('keeps a version once, as it first came', async () => {
    const { versions } = await open();
    const version = aVersion();
    const other = { ...version, graph: { ...version.graph, knowledge: [{ question: 'q', answer: 'a' }] } };
    await versions.keep(version);
    await versions.keep(other);
    expect(await versions.get(version.id)).toEqual(version);
    await Promise.all([versions.keep(version), versions.keep(version)]);
    expect(await versions.get(version.id)).toEqual(version);
  });

  it('does not share its rows with the caller', async () => {
    const { store, userId } = await aWorld(open);
    const workflow = aWorkflow(userId, { nodes, edges });
    const given = structuredClone(workflow);
    const patch = structuredClone({ nodes: nodes.slice(1) });
    await store.workflows.create(given);
    scribble(given);
    scribble((await store.workflows.get(workflow.id))!);
    expect(await store.workflows.get(workflow.id)).toEqual(workflow);
    const saved = await store.workflows.update(workflow.id, patch, after(1));
    const expected = structuredClone(saved);
    scribble(patch);
    expect(saved).toEqual(expected);
    scribble(saved);
    expect(await store.workflows.get(workflow.id)).toEqual(expected);
  });
}
