import { converse, type Sketch } from '@crmflow/core/testing';
import { expect, it } from 'vitest';
import { ask, say, start } from '../engine/kit.ts';
import { modelWorld, wordsOf } from './world.ts';
import type { Answer } from './wire.ts';

const form = (data: object = {}): Sketch => ({
  nodes: [
    start,
    ask('hello'),
    {
      id: 'form',
      type: 'ai',
      data: {
        kind: 'extract',
        fields: {
          email: { type: 'email', ask: 'Which e-mail address?' },
          guests: { type: 'integer', description: 'number of guests' },
          day: { type: 'date' },
          menu: { type: 'choice', choices: ['Meat', 'Vegan'], required: false },
        },
        ...data,
      },
    },
    say('done', '{{ email }}, {{ guests }}, {{ day }}, {{ menu }}'),
    say('half', 'Half: {{ email }}'),
    say('away', 'No model.'),
  ],
  edges: [
    'start -> hello',
    'hello -> form',
    'form -> done',
    'form.incomplete -> half',
    'form.unavailable -> away',
  ],
});
const wrote = (values: unknown): Answer => ({ texts: [JSON.stringify(values)] });

it('takes values out of what is said, asks on for what is missing, and takes corrections', async () => {
  const { world, openai } = await modelWorld({
    openai: [
      wrote({ email: null, guests: 4, day: null, menu: 'vegan' }),
      wrote({ email: 'ada@example.com', guests: null, day: null, menu: null }),
      wrote({ email: null, guests: 5, day: '2026-02-03', menu: null }),
    ],
  });
  const talk = await converse(form(), world);
  await talk.user('A vegan table for four');
  await talk.user('ada@example.com');
  await talk.user('The third of February, and we are five now');
  expect(talk.said()).toEqual([
    'bot: hello?',
    'user: A vegan table for four',
    'bot: Which e-mail address?',
    'user: ada@example.com',
    'bot: I still need to know: day.',
    'user: The third of February, and we are five now',
    'bot: ada@example.com, 5, 2026-02-03, Vegan',
  ]);
  expect(wordsOf(openai.requests[2]!)).toContain('ada@example.com');
  const { schema } = openai.requests[0]!.body.response_format.json_schema;
  expect(schema.properties.menu.enum).toEqual(['Meat', 'Vegan', null]);
});

it('takes no value that is none, and says what is wrong with it', async () => {
  const { world } = await modelWorld({
    openai: [
      wrote({ email: 'ada at example', guests: 'many', day: '2026-02-31', menu: 'Fish' }),
      wrote({ email: 'ada@example.com', guests: '3', day: '2026-02-28', menu: 'Fish' }),
    ],
  });
  const talk = await converse(form(), world);
  await talk.user('ada at example');
  expect(talk.said().at(-1)).toBe(
    'bot: That does not look like an e-mail address: please type one such as ada@example.com.',
  );
  await talk.user('ada@example.com, three of us, 28 Feb');
  expect(talk.said().at(-1)).toBe('bot: ada@example.com, 3, 2026-02-28, ');
});

it('asks for nothing that is known already', async () => {
  const { world } = await modelWorld({ openai: [wrote({ email: 'ada@example.com', day: '2026-02-28' })] });
  const sketch = form();
  const inputs = [{ name: 'guests', type: 'number', default: 2 }];
  const nodes = [{ ...start, data: { inputs } }, ...sketch.nodes.slice(1)];
  const talk = await converse({ ...sketch, nodes }, world);
  await talk.user('ada@example.com, 28 Feb');
  expect(talk.said().at(-1)).toBe('bot: ada@example.com, 2, 2026-02-28, ');
});

it('gives up after as many questions as its author allows, with what it has', async () => {
  const { world } = await modelWorld({
    openai: [wrote({ email: 'ada@example.com' }), wrote({}), { texts: ['no JSON'] }],
  });
  const talk = await converse(form({ maxAttempts: 2 }), world);
  for (const text of ['ada@example.com', 'what?', 'no']) await talk.user(text);
  expect(talk.said().at(-1)).toBe('bot: Half: ada@example.com');
});

it('begins by asking when there is nothing to look at, and calls no model for that', async () => {
  const { world, openai } = await modelWorld({ openai: [wrote({})] });
  const talk = await converse(form({ from: '' }), world);
  await talk.user('Hi');
  expect(talk.said().at(-1)).toBe('bot: Which e-mail address?');
  expect(openai.requests).toEqual([]);
});

it('goes by unavailable without a model', async () => {
  const { world } = await modelWorld({});
  const talk = await converse(form(), world);
  await talk.user('A table for four');
  expect(talk.said().at(-1)).toBe('bot: No model.');
});

it('looks through what came in parts as one text, once', async () => {
  const { world, openai } = await modelWorld({
    openai: [wrote({ email: 'ada@example.com', guests: 2, day: '2026-03-01' })],
  });
  const talk = await converse({ ...form(), settings: { debounceMs: 500 } }, world);
  for (const part of ['Hello,', 'my address is', 'ada@example.com']) await talk.user(part);
  await talk.pass(1);
  const spoken = openai.requests[0]!.body.messages.slice(1);
  expect(spoken).toEqual([{ role: 'user', content: 'Hello,\nmy address is\nada@example.com' }]);
  expect(talk.said().at(-1)).toMatch(/^bot: ada@example\.com/);
});

it('tells the model which day it is where the visitor is', async () => {
  const { world, openai } = await modelWorld({ openai: [wrote({})] });
  const sketch = { ...form(), settings: { timeZone: 'Pacific/Auckland' } };
  const talk = await converse(sketch, { ...world, startsAt: '2026-01-05T20:00:00.000Z' });
  await talk.user('Tomorrow, please');
  expect(wordsOf(openai.requests[0]!)).toContain('Today is 2026-01-06');
});
