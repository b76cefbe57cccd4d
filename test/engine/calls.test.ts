import { converse } from '@crmflow/core/testing';
import { describe, expect, it } from 'vitest';
import { ask, calling, logic, say, start } from './kit.ts';

const answer = (id: string) => ({ id, type: 'ai', data: { question: '{{ message }}' } }) as const;

describe('a called workflow', () => {
  const german = {
    settings: {
      language: 'de',
      country: 'DE',
      timeZone: 'Europe/Berlin',
      texts: { not_number: 'Bitte eine Zahl.' },
    },
    knowledge: [{ question: 'How do I reset my password?', answer: 'Use the link.' }],
    nodes: [
      start,
      ask('number', { kind: 'number' }),
      ask('phone', { kind: 'phone' }),
      say('kept', '{{ number }} {{ phone }} {{ "2026-01-05T23:30:00Z" | date: "%H:%M" }}'),
      ask('question'),
      answer('answer'),
    ],
    edges: ['start -> number', 'number -> phone', 'phone -> kept', 'kept -> question', 'question -> answer'],
  };
  const caller = {
    settings: { commands: false },
    knowledge: [{ question: 'When do you open?', answer: 'At nine.' }],
    nodes: [
      start,
      logic('call', 'subflow', { workflow: 'german' }),
      ask('amount', { kind: 'number' }),
      say('sum', '{{ amount }}'),
    ],
    edges: ['start -> call', 'call -> amount', 'amount -> sum'],
  };

  it('reads, writes and asks by its own settings; its caller by the caller’s', async () => {
    const talk = await converse(caller, calling({ german }));
    for (const text of ['keine', '1.234', '030 123456']) await talk.user(text);
    expect(talk.said()).toContain('bot: Bitte eine Zahl.');
    expect(talk.said()).toContain('bot: 1234 +4930123456 00:30');
    for (const text of ['How do I reset my password?', '1.234']) await talk.user(text);
    expect(talk.said().at(-1)).toBe('bot: 1.234');
  });
  it('hides nothing of what its caller knows from the owner, also when the conversation ends in it', async () => {
    const inside = { nodes: [start, ask('mail'), ask('topic')], edges: ['start -> mail', 'mail -> topic'] };
    const outside = {
      nodes: [start, ask('name'), ask('topic'), logic('call', 'subflow', { workflow: 'inside' })],
      edges: ['start -> name', 'name -> topic', 'topic -> call'],
    };
    const talk = await converse(outside, calling({ inside }));
    for (const text of ['Ada', 'Looms', 'ada@example.com']) await talk.user(text);
    const known = { name: 'Ada', topic: 'Looms', mail: 'ada@example.com' };
    const { id, variables } = await talk.session();
    expect(variables).toEqual(known);
    await talk.api.sessions.end({ id });
    expect((await talk.session()).variables).toEqual(known);
  });
  it('answers from its own questions and answers, and from those of whoever called it', async () => {
    const asked = async (question: string) => {
      const talk = await converse(caller, calling({ german }));
      for (const text of ['1', '030 123456', question]) await talk.user(text);
      return talk.said().at(-2);
    };
    expect(await asked('How do I reset my password?')).toBe('bot: Use the link.');
    expect(await asked('When do you open?')).toBe('bot: At nine.');
  });
  it('leaves it to the workflow that was started whether a visitor may say help', async () => {
    const talk = await converse(caller, calling({ german }));
    await talk.user('help');
    expect(talk.said().at(-1)).toBe('bot: Bitte eine Zahl.');
  });
  it('is logged behind the node that called it, wherever it stands', async () => {
    const talk = await converse(caller, calling({ german }));
    await talk.user('1');
    const { items } = await talk.api.logs.list({ sessionId: talk.id, eventType: 'node_advance' });
    expect(items.map(({ nodeId, data: { path } }) => [nodeId, path])).toEqual([
      ['call/phone', ['call/number']],
      ['call/number', ['start', 'call', 'call/start']],
    ]);
  });
});
