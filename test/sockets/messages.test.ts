import { describe, expect, it } from 'vitest';
import { testWorld } from '@crmflow/core/testing';
import { ask, begin, say, speaking, start, twoQuestions, upTo } from './kit.ts';

describe('user:message', () => {
  it('is processed once though fifty copies of it come over ten sockets', async () => {
    const { keep, connect, app } = await begin();
    const workflowId = await keep(twoQuestions);
    const first = await connect();
    const { data } = await first.call('session:start', { workflowId, mode: 'auto' });
    const shown = { sessionId: data!.session.id, token: data!.token };
    const tabs = [first, ...(await Promise.all(upTo(9).map(() => connect())))];
    await Promise.all(tabs.map((tab) => tab.call('session:resume', shown)));
    const copies = upTo(50).map((at) =>
      tabs[at % 10]!.call('user:message', { message: 'Ada', messageId: 'one' }),
    );
    const answers = await Promise.all(copies);
    expect(answers.filter(({ ok }) => !ok)).toEqual([]);
    const { items } = await app
      .as({ role: 'guest', sessionToken: data!.token })
      .sessions.messages({ id: shown.sessionId });
    expect(items.map(({ text }) => text)).toEqual(['Your name?', 'Ada', 'Your town?']);
    const { seq } = answers.at(-1)!.data!.session;
    for (const tab of tabs.slice(1)) expect(tab.seqs()).toEqual(upTo(seq));
  });

  it('answers what a tab has seen: of two tabs that answer one question the second is refused', async () => {
    const { keep, connect } = await begin();
    const workflowId = await keep(twoQuestions);
    const first = await connect();
    const { data } = await first.call('session:start', { workflowId, mode: 'auto' });
    const second = await connect();
    await second.call('session:resume', { sessionId: data!.session.id, token: data!.token });
    const ifSeq = data!.session.seq;
    const say = (tab: typeof first, messageId: string) =>
      tab.call('user:message', { message: messageId, messageId, ifSeq });
    const answers = await Promise.all([say(first, 'Ada'), say(second, 'Bob')]);
    expect(answers.map(({ ok, error }) => error?.code ?? ok).sort()).toEqual(['conflict', true]);
    expect(first.said()).toHaveLength(3);
  });

  it('refuses a double click by name, in auto mode and in step mode', async () => {
    const { keep, connect } = await begin();
    const workflowId = await keep(twoQuestions);
    const auto = await connect();
    await auto.call('session:start', { workflowId, mode: 'auto' });
    const clicks = ['Ada', 'Ada'].map((message) => auto.call('user:message', { message }));
    const [one, two] = await Promise.all(clicks);
    expect([one!.ok, two!.ok, two!.error?.code]).toEqual([true, false, 'conflict']);
    expect(auto.said()).toEqual(['Your name?', 'Ada', 'Your town?']);
    expect(auto.all('error:api')).toMatchObject([
      { code: 'conflict', message: expect.stringContaining('messageId') },
    ]);

    const step = await connect();
    await step.call('session:start', {
      workflowId: await keep({ nodes: [start, ask('name', 'Name?')], edges: ['start -> name'] }),
    });
    for (const [event, payload] of [
      ['node:execute', { nodeId: 'start' }],
      ['workflow:advance', { fromNodeId: 'start' }],
      ['node:execute', { nodeId: 'name' }],
    ] as const)
      expect(await step.call(event, payload)).toMatchObject({ ok: true });
    const answers = await Promise.all(
      ['Ada', 'Ada'].map((message) => step.call('user:message', { message })),
    );
    expect(answers.map(({ ok, error }) => error?.code ?? ok)).toEqual([true, 'conflict']);
  });

  it('refuses another message without an id while an answer is being made, whatever it says', async () => {
    let goOn = () => undefined as void;
    const held = new Promise<void>((resolve) => (goOn = resolve));
    const { keep, connect } = await begin({ world: testWorld({ ai: speaking(['Nine.'], () => held) }) });
    const workflowId = await keep({
      nodes: [start, ask('ask', 'Yes?'), { id: 'answer', type: 'ai', data: { threshold: 0 } } as const],
      edges: ['start -> ask', 'ask -> answer', 'answer -> ask'],
      knowledge: [{ question: 'Are you open?', answer: 'We open at nine.' }],
    });
    const client = await connect();
    await client.call('session:start', { workflowId, mode: 'auto' });
    const first = client.call('user:message', { message: 'When do you open?' });
    await client.nth('ai:processing_start');
    const { error } = await client.call('user:message', { message: 'When do you open??' });
    expect(error).toMatchObject({ code: 'conflict', message: expect.stringContaining('messageId') });
    goOn();
    expect((await first).ok).toBe(true);
    expect(client.said()).toEqual(['Yes?', 'When do you open?', 'Nine.', 'Yes?']);
  });

  it('refuses the second click though the first was answered already, and takes other words', async () => {
    const { keep, connect } = await begin();
    const client = await connect();
    await client.call('session:start', { workflowId: await keep(twoQuestions), mode: 'auto' });
    expect((await client.call('user:message', { message: 'Ada' })).ok).toBe(true);
    expect((await client.call('user:message', { message: 'Ada' })).error).toMatchObject({ code: 'conflict' });
    expect((await client.call('user:message', { message: 'Paris' })).ok).toBe(true);
    expect(client.said().at(-1)).toBe('Bye, Ada of Paris.');
  });

  it('takes the same words twice when each has an id of its own, in the order they came', async () => {
    const { keep, connect } = await begin();
    const workflowId = await keep(twoQuestions);
    const client = await connect();
    await client.call('session:start', { workflowId, mode: 'auto' });
    const sent = ['1', '2'].map((messageId) => client.call('user:message', { message: 'Paris', messageId }));
    expect((await Promise.all(sent)).map(({ ok }) => ok)).toEqual([true, true]);
    expect(client.said().at(-1)).toBe('Bye, Paris of Paris.');
  });
});

describe('the sessions of a socket', () => {
  it('names the refusal of an event that belongs to no session', async () => {
    const { connect } = await begin();
    const client = await connect();
    for (const [event, payload] of [
      ['user:message', { message: 'Hi' }],
      ['node:execute', { nodeId: 'a' }],
      ['workflow:advance', { fromNodeId: 'a' }],
      ['session:end', {}],
    ] as const) {
      const { error } = await client.call(event, payload);
      expect(error).toMatchObject({ code: 'conflict', message: expect.stringContaining('session:start') });
    }
    expect(client.all('error:api')).toHaveLength(4);
  });

  it('leaves the first one running when a second is begun: it is heard on, and may be named', async () => {
    const { keep, connect } = await begin();
    const workflowId = await keep(twoQuestions);
    const client = await connect();
    const [one, two] = [
      await client.call('session:start', { workflowId, mode: 'auto' }),
      await client.call('session:start', { workflowId, mode: 'auto' }),
    ].map(({ data }) => data!.session.id);
    await client.call('user:message', { message: 'Grace' });
    await client.call('user:message', { sessionId: one, message: 'Ada' });
    await client.call('user:message', { sessionId: one, message: 'London' });
    const finished = await client.nth('workflow:finished');
    expect(finished.sessionId).toBe(one);
    await client.call('user:message', { message: 'New York' });
    expect(client.said().at(-1)).toBe('Bye, Grace of New York.');
    for (const id of [one, two]) expect(client.seqs(id)).toEqual(upTo(16));
  });

  it('names the session in the refusal of an event that belongs to one, and numbers no refusal', async () => {
    const { keep, connect } = await begin();
    const workflowId = await keep({ nodes: [start, say('hi', 'Hi.')], edges: ['start -> hi'] });
    const client = await connect();
    const { data } = await client.call('session:start', { workflowId });
    const { error } = await client.call('workflow:advance', { fromNodeId: 'hi' });
    const sessionId = data!.session.id;
    expect(client.all('error:api')).toEqual([{ ...error, sessionId }]);
    expect(error).toEqual({ code: 'conflict', message: expect.any(String), requestId: expect.any(String) });
  });
});
