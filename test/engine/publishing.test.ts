import { testWorld, type TestWorld } from '@crmflow/core/testing';
import { createMemoryStore } from '../../packages/core/src/adapters/memory/memory-store.ts';
import { describe, expect, it } from 'vitest';
import { graphOf, logic, say, start } from './kit.ts';

const saying = (text: string) => {
  const { nodes, edges } = graphOf({ nodes: [start, say('hi', text)], edges: ['start -> hi'] });
  return { nodes, edges };
};
const unsound = { ...saying(''), nodes: [start, { id: 'hi', type: 'speak' as const, data: {} }] };
const guest = { role: 'guest' } as const;

async function published(text = 'first') {
  const world = testWorld();
  const { workflows } = world.app.as(world.owner);
  const made = await workflows.create({ ...saying(text), name: 'Leads', isPublic: true });
  return { ...world, workflows, id: made.id, workflow: await workflows.publish({ id: made.id }) };
}
/** What somebody is told first. */
async function greeting(
  { app }: Pick<TestWorld, 'app'>,
  workflowId: string,
  more = {},
  actor: TestWorld['owner'] = guest,
) {
  const { events } = await app.as(actor).sessions.start({ workflowId, ...more });
  return events.flatMap((event) => (event.type === 'session:message' ? event.message.text : []));
}

describe('a published workflow', () => {
  it('starts conversations as it was published, whatever is saved, until it is published again', async () => {
    const { workflows, id, ...world } = await published();
    await workflows.update({ id, ...saying('second') });
    expect(await greeting(world, id)).toEqual(['first']);
    await workflows.publish({ id });
    expect(await greeting(world, id)).toEqual(['second']);
  });

  it('is not stopped by a draft that cannot run, which is not published', async () => {
    const { workflows, id, ...world } = await published();
    const { problems } = await workflows.update({ id, ...unsound });
    expect(problems.map(({ severity }) => severity)).toContain('error');
    expect(await greeting(world, id)).toEqual(['first']);
    await expect(workflows.publish({ id })).rejects.toMatchObject({
      code: 'workflow_invalid',
      details: { problems: expect.arrayContaining([expect.objectContaining({ nodeId: 'hi' })]) },
    });
    expect(await greeting(world, id)).toEqual(['first']);
  });

  it('is tried out as it is saved by its owner, and by nobody else', async () => {
    const { workflows, id, owner, ...world } = await published();
    await workflows.update({ id, ...saying('second') });
    expect(await greeting(world, id, { draft: true }, owner)).toEqual(['second']);
    expect(await greeting(world, id, {}, owner)).toEqual(['first']);
    await expect(greeting(world, id, { draft: true })).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('says whether what is saved differs, and nothing of where its boxes stand', async () => {
    const { workflows, id, workflow } = await published();
    expect(workflow).toMatchObject({
      publishedAt: '2026-01-05T09:00:00.000Z',
      publishedVersionId: expect.any(String),
      hasUnpublishedChanges: false,
    });
    const differs = async () => (await workflows.get({ id })).hasUnpublishedChanges;
    await workflows.update({ id, nodes: workflow.nodes.map((node) => ({ ...node, positionX: 40 })) });
    expect(await differs()).toBe(false);
    await workflows.update({ id, ...saying('second') });
    expect(await differs()).toBe(true);
    await workflows.update({ id, ...unsound });
    expect(await differs()).toBe(true);
    await workflows.update({ id, ...saying('first') });
    expect(await differs()).toBe(false);
  });

  it('is read as it is published, and published anew only where something differs', async () => {
    const { workflows, id, workflow } = await published();
    await workflows.update({ id, ...saying('second') });
    const { nodes, hasUnpublishedChanges, problems } = await workflows.getPublished({ id });
    expect({ said: nodes.at(-1)!.data, hasUnpublishedChanges }).toEqual({
      said: { text: 'first' },
      hasUnpublishedChanges: true,
    });
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    const again = await workflows.update({ id, ...saying('first') });
    expect(await workflows.publish({ id })).toEqual({ ...again, hasUnpublishedChanges: false });
    expect(again.publishedVersionId).toBe(workflow.publishedVersionId);
    await expect(workflows.publish({ id, ifRevision: 1 })).rejects.toMatchObject({ code: 'stale' });
    await workflows.unpublish({ id });
    await expect(workflows.getPublished({ id })).rejects.toMatchObject({ code: 'not_found' });
  });

  it('follows what is saved again once it is unpublished', async () => {
    const { workflows, id, ...world } = await published();
    await workflows.update({ id, ...saying('second') });
    expect(await workflows.unpublish({ id })).toMatchObject({
      publishedAt: null,
      publishedVersionId: null,
      hasUnpublishedChanges: false,
    });
    expect(await greeting(world, id)).toEqual(['second']);
  });

  it('is published as one has seen it, or not at all', async () => {
    const { workflows, id, workflow, ...world } = await published();
    const mine = await workflows.update({ id, ...saying('mine') });
    await workflows.update({ id, ...saying('of somebody else') });
    await expect(workflows.publish({ id, ifRevision: mine.revision })).rejects.toMatchObject({
      code: 'stale',
      details: { current: { hasUnpublishedChanges: true, publishedVersionId: workflow.publishedVersionId } },
    });
    expect(await greeting(world, id)).toEqual(['first']);
  });

  it('takes along what it calls, and is called as it is published', async () => {
    const { workflows, id, ...world } = await published('called');
    const caller = await workflows.create({
      ...graphOf({
        nodes: [start, logic('call', 'subflow', { workflow: 'Leads' })],
        edges: ['start -> call'],
      }),
      name: 'Caller',
      isPublic: true,
    });
    await workflows.update({ id, ...saying('called anew') });
    expect(await greeting(world, caller.id)).toEqual(['called']);
    await workflows.publish({ id: caller.id });
    await workflows.publish({ id });
    expect(await greeting(world, caller.id)).toEqual(['called']);
    expect(await workflows.get({ id: caller.id })).toMatchObject({ hasUnpublishedChanges: true });
  });

  it('is copied by others as it is published, and by its owner as it is saved', async () => {
    const { workflows, id, app } = await published();
    const { nodes, edges } = saying('second');
    const placed = nodes.map((node) => ({ ...node, positionX: 70 }));
    await workflows.update({ id, nodes: placed, edges, isTemplate: true });
    const { user } = await app.as(guest).auth.register({ email: 'b@example.com', password: 'correct horse' });
    const theirs = await app.as({ role: 'user', userId: user.id }).workflows.clone({ templateId: id });
    expect(theirs.nodes.at(-1)).toMatchObject({ data: { text: 'first' }, positionX: 70 });
    expect(theirs).toMatchObject({ publishedAt: null });
    const own = await workflows.clone({ templateId: id });
    expect(own.nodes.at(-1)!.data).toEqual({ text: 'second' });
  });

  it('starts by itself when its published schedule says, whatever is saved', async () => {
    const at = (cron: string, text: string) =>
      graphOf({
        nodes: [{ ...start, data: { kind: 'schedule', active: true, cron } }, say('hi', text)],
        edges: ['start -> hi'],
      });
    const { app, owner, pass, told } = testWorld();
    const { workflows } = app.as(owner);
    const { id } = await workflows.create({ ...at('0 10 * * *', 'ten'), name: 'Mornings' });
    const { firesAt } = await workflows.publish({ id });
    expect(firesAt).toBe('2026-01-05T10:00:00.000Z');
    expect(await workflows.update({ id, ...at('0 11 * * *', 'eleven') })).toMatchObject({ firesAt });
    await pass(3_700);
    expect(await workflows.publish({ id })).toMatchObject({ firesAt: '2026-01-05T11:00:00.000Z' });
    await pass(3_600);
    const texts = told.flatMap(({ event }) => (event.type === 'session:message' ? event.message.text : []));
    expect(texts).toEqual(['ten', 'eleven']);
    expect(await workflows.unpublish({ id })).toMatchObject({ firesAt: '2026-01-06T11:00:00.000Z' });
  });

  it('keeps the times of what is published, though a save begins before it and ends after it', async () => {
    const store = createMemoryStore();
    let between = async (): Promise<unknown> => undefined;
    const update: typeof store.workflows.update = async (...given) => {
      const act = between;
      between = async () => undefined;
      await act();
      return store.workflows.update(...given);
    };
    const { app, owner } = testWorld({ store: { ...store, workflows: { ...store.workflows, update } } });
    const { workflows } = app.as(owner);
    const at = (cron: string) =>
      graphOf({
        nodes: [{ ...start, data: { kind: 'schedule', active: true, cron } }, say('hi', 'Hi')],
        edges: ['start -> hi'],
      });
    const { id } = await workflows.create({ ...at('0 10 * * *'), name: 'Mornings' });
    between = () => workflows.publish({ id });
    expect(await workflows.update({ id, ...at('0 12 * * *') })).toMatchObject({
      firesAt: '2026-01-05T10:00:00.000Z',
      hasUnpublishedChanges: true,
    });
  });

  it('leaves conversations that are under way where they are', async () => {
    const { app, owner } = testWorld();
    const { workflows, sessions } = app.as(owner);
    const asking = (text: string) =>
      graphOf({
        nodes: [
          start,
          { id: 'ask', type: 'listen', data: { prompt: 'Name?', saveAs: 'name' } },
          say('hi', text),
        ],
        edges: ['start -> ask', 'ask -> hi'],
      });
    const { id } = await workflows.create({ ...asking('first'), name: 'Leads' });
    await workflows.publish({ id });
    const { session } = await sessions.start({ workflowId: id });
    await workflows.update({ id, ...asking('second') });
    await workflows.publish({ id });
    const { events } = await sessions.send({ id: session.id, message: 'Ada' });
    expect(JSON.stringify(events)).toContain('"first"');
  });
});
