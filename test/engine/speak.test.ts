import { fromFile, problems } from '@crmflow/core';
import { converse } from '@crmflow/core/testing';
import { expect, it } from 'vitest';

const start = { id: 'start', type: 'trigger' } as const;
const say = (id: string, text: string) => ({ id, type: 'speak', data: { text } }) as const;
const asking = (saveAs: string) => ({
  nodes: [
    start,
    { id: 'ask', type: 'listen', data: { prompt: '?', saveAs } } as const,
    say('shown', `{{ ${saveAs} }}{% if ${saveAs} == "x" %}!{% endif %}`),
    { id: 'set', type: 'logic', data: { kind: 'set', values: { made: `${saveAs} + "?"` } } } as const,
    say('made', '{{ made }}'),
  ],
  edges: ['start -> ask', 'ask -> shown', 'shown -> set', 'set -> made'],
});

it.each(['{% if false %}VIP{% endif %}', '{{ unset }}', '\n{% if false %}\nVIP\n{% endif %}\n'])(
  'says nothing where a text comes out empty: %j',
  async (text) => {
    const inputs = { inputs: [{ name: 'unset' }] };
    const talk = await converse({
      nodes: [{ ...start, data: inputs }, say('a', text), say('b', 'Bye.')],
      edges: ['start -> a', 'a -> b'],
    });
    expect(talk.said()).toEqual(['bot: Bye.']);
  },
);

it.each([
  'first',
  'size',
  'limit',
  'map',
  'text',
  'with',
  'default',
  'date',
  'toString',
  'valueOf',
  'matches',
])('shows and computes with what is kept as %s', async (name) => {
  const talk = await converse(asking(name));
  await talk.user('x');
  expect(talk.said().slice(2)).toEqual(['bot: x!', 'bot: x?']);
});

it.each(['contains', 'and', 'or', 'not', 'true', 'false', 'null', 'nil', 'empty', 'blank', 'in', 'forloop'])(
  'refuses to keep an answer as %s, which no text or expression could show',
  (name) => {
    const found = problems(fromFile({ name: 'w', ...asking(name) }, 'w'));
    expect(found.map(({ message }) => message)).toContain(`ask, saveAs: ${name} is a word of the language`);
  },
);

it('takes an answer only when its pattern fits the whole of it', async () => {
  const code = async (pattern: string, answer: string) => {
    const { nodes, edges } = asking('code');
    const ask = { id: 'ask', type: 'listen', data: { prompt: '?', saveAs: 'code', pattern } } as const;
    const talk = await converse({ nodes: [start, ask, ...nodes.slice(2)], edges });
    await talk.user(answer);
    return (await talk.session()).variables?.code ?? null;
  };
  expect(await code('[0-9]{5}', 'abc12345xyz')).toBeNull();
  expect(await code('[0-9]{5}', ' 12345 ')).toBe('12345');
  expect(await code('a|ab', 'ab')).toBe('ab');
  expect(await code('a|b', 'ab')).toBeNull();
  expect(await code('(?i)ab', 'AB')).toBe('AB');
  expect(await code('^a.*$', 'abc')).toBe('abc');
});
