import { converse } from '@crmflow/core/testing';
import { describe, expect, it } from 'vitest';
import { ask, say, start } from './kit.ts';

describe('a question that fails when it is asked again', () => {
  const graph = (data: object) => ({
    nodes: [
      start,
      ask('minutes'),
      ask('mail', data),
      say('sorry', 'Sorry: {{ error.node }}'),
      say('done', 'Done.'),
    ],
    edges: ['start -> minutes', 'minutes -> mail', 'mail -> done', 'mail.error -> sorry'],
  });
  const choices = { kind: 'choice', choices: [{ label: 'Soon', when: 'number(message) > 3' }] };
  const reminder = { noReply: [{ after: { minutes: 'number(message)' }, say: 'Still there?' }] };

  it.each([
    ['help', 'while the word is tried as an answer', choices],
    ['back', 'while the word is tried as an answer', choices],
    ['help', 'while it waits on', reminder],
  ])('leaves by its error port when a visitor says %s: %s', async (word, _when, data) => {
    const talk = await converse(graph(data));
    await talk.user('5');
    await talk.user(word);
    expect(talk.said().at(-1)).toBe('bot: Sorry: mail');
    expect(await talk.session()).toMatchObject({ status: 'finished' });
  });
  it('fails the session when nobody caught that', async () => {
    const { nodes, edges } = graph(reminder);
    const talk = await converse({ nodes, edges: edges.slice(0, 3) });
    await talk.user('5');
    await talk.user('help');
    expect(await talk.session()).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('mail: '),
    });
  });
});

describe('a word of the conversation itself', () => {
  it.each(['text', 'name'])(
    'is no answer to a question of the kind %s, which takes any word',
    async (kind) => {
      const talk = await converse({
        nodes: [start, ask('town'), ask('who', { kind }), say('done', 'Done.')],
        edges: ['start -> town', 'town -> who', 'who -> done'],
      });
      await talk.user('Paris');
      await talk.user('help');
      expect(talk.said().at(-1)).toContain('restart');
      await talk.user('Back.');
      expect(talk.said().at(-1)).toBe('bot: town?');
      expect((await talk.session()).variables).toEqual({});
    },
  );
});
