import { describe, expect, it } from 'vitest';
import { fromFile, type Crmflow, type SessionEvent } from '@crmflow/core';
import { testWorld } from '@crmflow/core/testing';
import { follow } from '../../packages/server/src/sockets/follow.ts';
import { ask, start, upTo } from './kit.ts';

type Hear = (event: SessionEvent) => void;

/** A session that asks again and again, and its api with another source of live events where one is given. */
async function talk(source?: (hear: Hear) => Hear) {
  const { app, owner } = testWorld();
  const api = app.as(owner);
  const sketch = { name: 'talk', nodes: [start, ask('go', 'Again?')], edges: ['start -> go', 'go -> go'] };
  const { id: workflowId } = await api.workflows.create(fromFile(sketch, 'the sketch'));
  const { session } = await api.sessions.start({ workflowId });
  const sourced: Crmflow = { ...api, watch: (id, hear) => api.watch(id, source ? source(hear) : hear) };
  return {
    api: sourced,
    id: session.id,
    say: (message: string) => api.sessions.send({ id: session.id, message }),
    seq: async () => (await api.sessions.get({ id: session.id })).seq,
  };
}
function listen(api: Crmflow, sessionId: string, after = 0) {
  const told: SessionEvent[] = [];
  const lost: unknown[] = [];
  const { caughtUp, stop } = follow({
    api,
    sessionId,
    after,
    tell: (event) => told.push(event),
    lose: (cause) => lost.push(cause),
  });
  return { told, lost, caughtUp, stop, seqs: () => told.map(({ seq }) => seq) };
}

describe('following a session', () => {
  it('tells what happens while the store is read once, and after what is stored', async () => {
    const { api, id, say, seq } = await talk();
    await say('one');
    let reads = 0;
    const busy: Crmflow = {
      ...api,
      sessions: {
        ...api.sessions,
        async events(input) {
          const page = await api.sessions.events(input);
          if (reads++ === 0) await say('meanwhile');
          return page;
        },
      },
    };
    const { caughtUp, seqs } = listen(busy, id);
    await caughtUp;
    await say('afterwards');
    expect(seqs()).toEqual(upTo(await seq()));
  });

  it('reads a long session page by page', async () => {
    const { api, id, say, seq } = await talk();
    for (const at of upTo(300)) await say(`${at}`);
    const { caughtUp, seqs } = listen(api, id, 7);
    await caughtUp;
    expect(await seq()).toBeGreaterThan(500);
    expect(seqs()).toEqual(upTo(await seq()).slice(7));
  });

  it('sets right a source that tells some events twice, some too late and some never', async () => {
    const kept: (() => void)[] = [];
    let heard = 0;
    const { api, id, say, seq } = await talk((hear) => (event) => {
      const turn = heard++ % 5;
      if (turn === 0) return void kept.push(() => hear(event));
      if (turn === 1) return;
      hear(event);
      if (turn === 2) hear(event);
      if (turn === 3) kept.splice(0).forEach((late) => late());
    });
    const { caughtUp, seqs, told, lost } = listen(api, id);
    await caughtUp;
    for (const at of upTo(20)) await say(`${at}`);
    const last = await seq();
    expect(seqs()).toEqual(upTo(seqs().length));
    expect(seqs().length).toBeGreaterThan(last - 3);
    expect(
      told.flatMap((event) =>
        event.type === 'session:message' && event.message.from === 'user' ? [event.message.text] : [],
      ),
    ).toEqual(upTo(20).map(String));
    expect(lost).toEqual([]);
  });

  it('says so when events stay missing, and hears nothing after it was stopped', async () => {
    const { api, id, say } = await talk();
    let isAway = false;
    const away: Crmflow = {
      ...api,
      sessions: {
        ...api.sessions,
        events: (input) =>
          isAway ? Promise.resolve({ items: [], nextCursor: null }) : api.sessions.events(input),
      },
      watch: (sessionId, hear) =>
        api.watch(sessionId, (event) =>
          isAway && event.type === 'session:message' ? undefined : hear(event),
        ),
    };
    const { caughtUp, lost, seqs, stop } = listen(away, id);
    await caughtUp;
    const known = seqs().length;
    isAway = true;
    await say('lost');
    expect(lost).toMatchObject([{ code: 'unavailable' }]);
    isAway = false;
    await say('found again');
    const all = seqs().length;
    expect(all).toBeGreaterThan(known);
    expect(seqs()).toEqual(upTo(all));
    stop();
    await say('unheard');
    expect(seqs()).toHaveLength(all);
  });

  it('rejects for a session that is not there', async () => {
    const { api } = await talk();
    await expect(listen(api, 'nowhere').caughtUp).rejects.toMatchObject({ code: 'not_found' });
  });
});
