import { describe, expect, it } from 'vitest';
import type { HttpRequest } from '@crmflow/core';
import { asks, bot, decides, imported, offers, says, sets } from './typebot-kit.ts';

/** What a bot says that begins with certain values. */
async function said(document: object, variables: Record<string, string | number | string[]> = {}) {
  const made = imported(document);
  expect(made.errors).toEqual([]);
  const talk = await made.play({}, variables);
  return { ...made, said: talk.said(), session: await talk.session() };
}

describe('a condition', () => {
  const list = ['red', 'Blue'];
  it.each<
    [
      operator: string,
      value: string | number | string[] | undefined,
      other: string | undefined,
      holds: boolean,
    ]
  >([
    ['Equal to', 'Ann', 'Ann', true],
    ['Equal to', 'ann', 'Ann', false],
    ['Equal to', 8, '8', true],
    ['Equal to', undefined, 'null', true],
    ['Not equal', 'Ann', 'Bob', true],
    ['Not equal', undefined, 'Bob', true],
    ['Contains', 'I need my ACCOUNT', 'account ', true],
    ['Contains', undefined, 'account', false],
    ['Does not contain', 'Hello', 'account', true],
    ['Greater than', '12', '8', true],
    ['Greater than', 'twelve', '8', false],
    ['Greater than', undefined, '8', false],
    ['Greater or equal to', 8, '8', true],
    ['Less than', '7.5', '8', true],
    ['Less or equal to', '9', '8', false],
    ['Greater than', '2026-03-05', '2026-01-01', true],
    ['Is set', 'x', undefined, true],
    ['Is set', undefined, undefined, false],
    ['Is empty', '', undefined, true],
    ['Is empty', list, undefined, false],
    ['Starts with', ' Hello there', 'hello', true],
    ['Ends with', 'Hello there', 'THERE', true],
    ['Matches regex', 'AB-12', '^[A-Z]+-\\d+$', true],
    ['Matches regex', 'ab-12', '/^[A-Z]+-\\d+$/i', true],
    ['Does not match regex', 'x', '^\\d', true],
    ['Equal to', 'same', '{{Other}}', true],
    ['Greater than', '12', '{{Many}}', true],
  ])('%s: %j and %j', async (operator, value, other, holds) => {
    const document = bot({
      variables: { Value: null, Other: 'same', Many: '9' },
      groups: { If: [decides(['Value', operator, other, 'Yes']), says('no')], Yes: [says('yes')] },
    });
    const { said: lines } = await said(document, value === undefined ? {} : { value });
    expect(lines).toEqual([holds ? 'bot: yes' : 'bot: no']);
  });

  it('goes by what a question keeps: numbers as numbers, lists by their items', () => {
    const document = bot({
      variables: { Age: null, Colours: null },
      groups: {
        Ask: [
          asks('number', 'Age'),
          { ...offers(['red', 'blue'], { variableId: 'Colours', isMultipleChoice: true }) },
          {
            type: 'Condition',
            items: [
              {
                content: {
                  logicalOperator: 'OR',
                  comparisons: [
                    { variableId: 'Age', comparisonOperator: 'Less than', value: '18' },
                    { variableId: 'Colours', comparisonOperator: 'Contains', value: 'red' },
                    { variableId: 'Colours', comparisonOperator: 'Greater than', value: '1' },
                    { variableId: 'Age', comparisonOperator: 'Is empty' },
                  ],
                },
              },
            ],
          },
        ],
      },
    });
    const { data, errors } = imported(document);
    expect(errors).toEqual([]);
    expect(data('ask_if')).toEqual({
      kind: 'condition',
      cases: [
        { when: 'age < 18 || colours.contains("red") || size(colours) > 1 || !has(age)', port: 'case_1' },
      ],
    });
  });

  it('never holds where it cannot be read, and says so', async () => {
    const { said: lines, notes } = await said(
      bot({
        variables: { V: null },
        groups: {
          If: [
            decides(
              ['V', 'Matches regex', '(?=x)', 'Yes'],
              ['nobody', 'Is set', undefined, 'Yes'],
              ['V', 'Resembles', 'x', 'Yes'],
              ['V', 'Greater than', 'tall', 'Yes'],
            ),
            says('no'),
          ],
          Yes: [says('yes')],
        },
      }),
      { v: 'x' },
    );
    expect(lines).toEqual(['bot: no']);
    expect(notes.slice(0, 4)).toEqual([
      "Group 'If', block 1 (Condition): the pattern (?=x) looks around or back, which patterns here do not: it never holds.",
      "Group 'If', block 1 (Condition): a comparison names no variable that there is: it never holds.",
      `Group 'If', block 1 (Condition): the comparison "Resembles" is not known: it never holds.`,
      `Group 'If', block 1 (Condition): v is compared with "tall", which is no number: it never holds.`,
    ]);
  });
});

it('goes by what a copy may hold, where that is not known', async () => {
  const document = bot({
    variables: { Score: null, Given: null },
    groups: {
      If: [
        sets('Score', '0'),
        sets('Score', '{{Given}}'),
        decides(['Score', 'Greater than', '8', 'Yes']),
        says('no'),
      ],
      Yes: [says('yes')],
    },
  });
  expect((await said(document, { given: '12' })).said).toEqual(['bot: yes']);
  expect((await said(document, { given: 'many' })).said).toEqual(['bot: no']);
});

describe('a set variable block', () => {
  it.each<[what: string, block: object, value: unknown]>([
    ['words', sets('V', 'Promoter'), 'Promoter'],
    ['a number', sets('V', '12.5'), 12.5],
    ['a calculation', sets('V', '({{A}} + 2) * -3 / 2'), -9],
    ['another variable', sets('V', '{{Name}}'), 'Ann'],
    ['words with a variable', sets('V', 'Dear {{Name}}, {{A}} left'), 'Dear Ann, 4 left'],
    ['a text in quotes', sets('V', '"quoted"'), 'quoted'],
    ['a list', sets('V', '["a", "b"]'), ['a', 'b']],
    ['what is appended', sets('V', '', { type: 'Append value(s)', item: '{{Name}}' }), ['Ann']],
    ['today', sets('V', '', { type: 'Today' }), '2026-01-05'],
    ['tomorrow', sets('V', '', { type: 'Tomorrow' }), '2026-01-06'],
    ['now', sets('V', '', { type: 'Now' }), '2026-01-05T09:00:00.000Z'],
    ['the moment of the day', sets('V', '', { type: 'Moment of the day' }), 'morning'],
    ['nothing', sets('V', '', { type: 'Empty' }), null],
  ])('keeps %s', async (_, block, value) => {
    const { session, notes } = await said(
      bot({
        variables: { V: null, A: '4', Name: 'Ann' },
        groups: { Set: [block as Record<string, unknown>, says('{{V}}')] },
      }),
    );
    expect(session.variables?.v).toEqual(value);
    expect(notes.filter((note) => note.startsWith('Group'))).toEqual([]);
  });

  it.each([
    [
      'code',
      sets('V', 'return {{A}}.toUpperCase()', { isCode: true }),
      'its code is not copied: return {{A}}.toUpperCase()',
    ],
    [
      'code without a mark',
      sets('V', 'new Date().toISOString()'),
      'its code is not copied: new Date().toISOString()',
    ],
    [
      'a part of a list',
      sets('V', '', { type: 'Pop' }),
      'what it sets V to has no counterpart, the flow goes past it.',
    ],
    ['a variable that is gone', sets('gone', 'x'), 'names no variable that there is, the flow goes past it.'],
  ])('is passed by where it holds %s, and the conversation goes on', async (_, block, note) => {
    const { said: lines, notes } = await said(
      bot({ variables: { V: null, A: '4' }, groups: { Set: [block, says('On, {{V}}.')] } }),
    );
    expect(lines).toEqual(['bot: On, .']);
    expect(notes).toContain(`Group 'Set', block 1 (Set variable): ${note}`);
  });

  it('goes on where what is calculated with is no number', async () => {
    const { said: lines } = await said(
      bot({ variables: { V: null, A: null }, groups: { Set: [sets('V', '{{A}} + 1'), says('On.')] } }),
      { a: 'four' },
    );
    expect(lines).toEqual(['bot: On.']);
  });
});

describe('a text', () => {
  const rich = (...richText: object[]) => ({ type: 'text', content: { richText } });
  const p = (...children: object[]) => ({ type: 'p', children });
  const t = (text: string, more: object = {}) => ({ text, ...more });

  it('keeps its lines, lists and links, and what Liquid would read', async () => {
    const { said: lines, notes } = await said(
      bot({
        variables: { Name: 'Ann' },
        groups: {
          Say: [
            rich(
              p(t('Hi '), t('{{Name}}', { bold: true }), t('!')),
              p(t('')),
              p(t('See '), { type: 'a', url: 'https://example.com', children: [t('our page')] }, t('.')),
              {
                type: 'ul',
                children: [
                  { type: 'li', children: [{ type: 'lic', children: [t('one')] }] },
                  { type: 'li', children: [{ type: 'lic', children: [t('two')] }] },
                ],
              },
              { type: 'ol', children: [{ type: 'li', children: [t('first')] }] },
              p(
                { type: 'inline-variable', value: 'Name', children: [t('')] },
                t(' {% if %} {{ and {{{Name}}} 100%'),
              ),
            ),
          ],
        },
      }),
    );
    expect(lines).toEqual([
      'bot: Hi Ann!\n\nSee our page (https://example.com).\n- one\n- two\n1. first\nAnn {% if %} {{ and {Ann} 100%',
    ]);
    expect(notes).toEqual(['Bold, italic and underlined words are plain words here.']);
  });

  it('leaves out code and variables that there are not, and says so', async () => {
    const { said: lines, notes } = await said(
      bot({ groups: { Say: [says('You owe {{={{A}} * 2=}} € to {{Nobody}}.')] } }),
    );
    expect(lines).toEqual(['bot: You owe  € to .']);
    expect(notes).toEqual([
      "Group 'Say', block 1 (text): the code {{={{A}} * 2=}} is left out of its text.",
      "Group 'Say', block 1 (text): there is no variable Nobody, so nothing is shown for it.",
    ]);
  });

  it('reads what exports of old versions hold', async () => {
    const { said: lines } = await said(
      bot({
        groups: {
          Say: [{ type: 'text', content: { html: '<div>It&#x27;s <b>&lt;old&gt;</b></div><div>So</div>' } }],
        },
      }),
    );
    expect(lines).toEqual(["bot: It's <old>\nSo"]);
  });
});

it('turns each kind of question into its own, with its prompt, its retry and its variable', () => {
  const document = bot({
    variables: Object.fromEntries('abcdefghi'.split('').map((name) => [name, null])),
    groups: {
      Ask: [
        says('Mail?'),
        asks('email', 'a', { retryMessageContent: 'Again, please.' }),
        asks('phone number', 'b', { defaultCountryCode: 'DE' }),
        asks('url', 'c'),
        asks('date', 'd', { min: '2026-01-01', hasTime: true }),
        asks('time', 'e'),
        says('How was it?'),
        asks('rating', 'f', { length: 7, startsAt: 0, labels: { left: 'Bad', right: 'Good' } }),
        asks('file', 'g', { allowedFileTypes: { isEnabled: true, types: ['image/png', '.pdf'] } }),
        offers(['Red', 'Blue', 'Red'], { variableId: 'h', isMultipleChoice: true }),
        {
          type: 'picture choice input',
          options: { variableId: 'i' },
          items: [{ title: 'Cat', description: 'soft', pictureSrc: 'https://example.com/cat.png' }],
        },
      ],
    },
  });
  const { workflow, notes, errors } = imported(document);
  expect(errors).toEqual([]);
  expect(workflow.nodes.slice(1, -1).map(({ data }) => data)).toEqual([
    { kind: 'email', prompt: 'Mail?', saveAs: 'a', retry: 'Again, please.' },
    { kind: 'phone', saveAs: 'b', country: 'DE' },
    { kind: 'url', saveAs: 'c' },
    { kind: 'date', saveAs: 'd', min: '2026-01-01' },
    { kind: 'time', saveAs: 'e' },
    { kind: 'rating', prompt: 'How was it?\n0: Bad, 7: Good', saveAs: 'f', min: 0, max: 7 },
    { kind: 'file', saveAs: 'g', accept: ['image/png'] },
    {
      kind: 'choice',
      saveAs: 'h',
      choices: ['Red', 'Blue', { id: 'Red_2', label: 'Red' }],
      multiple: true,
      min: 1,
    },
    { kind: 'choice', saveAs: 'i', choices: [{ id: 'Cat', label: 'Cat: soft' }] },
  ]);
  expect(notes).toEqual([
    "Group 'Ask', block 5 (date input): asks for a time too in Typebot, here for the day. Add a question for the time.",
    "Group 'Ask', block 9 (file input): of its file types those are left out that are no MIME types, as image/png is.",
    `Group 'Ask', block 10 (buttons): offers "Red" twice; the second is kept as Red_2.`,
    "Group 'Ask', block 11 (picture choice input): its pictures are not shown, their titles are.",
  ]);
});

it('offers what a list holds, a button only where its condition holds, and each card with its buttons', async () => {
  const when = {
    isEnabled: true,
    condition: { comparisons: [{ variableId: 'Vip', comparisonOperator: 'Is set' }] },
  };
  const made = imported(
    bot({
      variables: { Rooms: ['Sea', 'Garden'], Vip: null, Room: null, Card: null },
      groups: {
        Ask: [
          says('Which room?'),
          offers(['placeholder'], { dynamicVariableId: 'Rooms', variableId: 'Room' }),
          says('And?'),
          {
            type: 'choice input',
            items: [{ content: 'Suite', displayCondition: when }, { content: 'None' }],
          },
          {
            type: 'cards input',
            options: { saveResponseMapping: [{ field: 'Title', variableId: 'Card' }] },
            items: [
              {
                title: 'Spa',
                paths: [
                  { id: 'p', text: 'Book' },
                  { id: 'q', text: 'Ask' },
                ],
              },
            ],
          },
          says('{{Room}}, {{Card}}'),
        ],
      },
    }),
  );
  expect(made.errors).toEqual([]);
  expect(made.data('ask_choice_2')).toMatchObject({
    choices: [{ label: 'Suite', when: 'text(vip) != ""' }, 'None'],
  });
  const talk = await made.play();
  for (const words of ['2', 'Suite', 'None', 'ask']) await talk.user(words);
  expect(talk.said().at(-1)).toBe('bot: Garden, Spa: Ask');
});

it('leads on by one line where several may be chosen, as Typebot does', async () => {
  const document = bot({
    groups: {
      Ask: [{ ...offers([['a', 'A'], 'b'], { isMultipleChoice: true }), to: 'All' }],
      A: [says('a')],
      All: [says('all')],
    },
  });
  const { play, errors } = imported(document);
  expect(errors).toEqual([]);
  const talk = await play();
  await talk.user('a');
  expect(talk.said().at(-1)).toBe('bot: all');
});

it('shows media, and says the address of what is no file', () => {
  const { workflow, notes, errors } = imported(
    bot({
      groups: {
        Show: [
          {
            type: 'image',
            content: {
              url: 'https://example.com/a.png',
              clickLink: { url: 'https://example.com', alt: 'A' },
            },
          },
          { type: 'video', content: { type: 'youtube', id: 'abc', url: 'https://youtu.be/abc?t=9' } },
          { type: 'video', content: { type: 'vimeo', id: '7' } },
          { type: 'audio', content: { url: 'https://example.com/a.mp3' } },
          { type: 'embed', content: { url: 'https://example.com/form' } },
          { type: 'image', content: { url: 'javascript:alert(1)' } },
        ],
      },
    }),
  );
  expect(errors).toEqual([]);
  expect(workflow.nodes.slice(1, -1).map(({ data }) => data)).toEqual([
    {
      kind: 'media',
      media: 'image',
      url: 'https://example.com/a.png',
      alt: 'A',
      text: 'https://example.com',
    },
    { kind: 'text', text: 'https://youtu.be/abc?t=9' },
    { kind: 'text', text: 'https://vimeo.com/7' },
    { kind: 'media', media: 'audio', url: 'https://example.com/a.mp3', alt: '' },
    { kind: 'text', text: 'https://example.com/form' },
  ]);
  expect(notes).toEqual([
    "Group 'Show', block 5 (embed): shows a page inside the conversation; here its address is said.",
    "Group 'Show', block 6 (image): shows javascript:alert(1), which is no web address, the flow goes past it.",
  ]);
});

describe('a call of an API', () => {
  const call = (webhook: object, more: object = {}) => ({ type: 'Webhook', options: { webhook, ...more } });

  it('keeps what it sends and what it takes of the answer, and no secret', async () => {
    const made = imported(
      bot({
        variables: { Name: 'Ann', Age: '7', Titles: null, Id: null, Odd: null },
        groups: {
          Call: [
            call(
              {
                url: 'https://ada:pw@api.example.com/v1/{{Name}}?token=abc&page=2',
                method: 'PUT',
                headers: [
                  { key: 'Authorization', value: 'Bearer sk-live-1234' },
                  { key: 'Accept', value: 'application/json' },
                  { key: 'Content-Type', value: 'application/json' },
                ],
                queryParams: [{ key: 'q', value: '{{Name}}' }],
                body: '{"name": "Dear {{Name}}", "age": {{Age}}, "formula": "=1", "apiKey": "sk-live-1234", "n": [1, null]}',
              },
              {
                isCustomBody: true,
                timeout: 90,
                responseVariableMapping: [
                  { variableId: 'Titles', bodyPath: 'data.items.flatMap(item => item.title)' },
                  { variableId: 'Id', bodyPath: 'data.items[0].id' },
                  { variableId: 'Odd', bodyPath: 'data.items.length * 2' },
                ],
              },
            ),
            says('{{Titles}} {{Id}} {{Odd}}'),
          ],
        },
      }),
    );
    expect(made.errors).toEqual([]);
    expect(made.data('call_call')).toEqual({
      kind: 'http',
      method: 'PUT',
      url: 'https://api.example.com/v1/{{ name }}?page=2',
      query: { q: '{{ name }}' },
      headers: { Accept: 'application/json' },
      json: { name: 'Dear {{ name }}', age: '=age', formula: '="=1"', n: [1, null] },
      key: 'http:example',
      timeoutSeconds: 60,
      results: { titles: 'items', id: 'items[0].id' },
    });
    expect(made.data('call_set')).toEqual({
      kind: 'set',
      values: { titles: 'titles.map(item, item.title)' },
    });
    expect(JSON.stringify(made)).not.toMatch(/sk-live|ada:pw|token=abc/);
    expect(made.notes).toEqual([
      "Group 'Call', block 1 (HTTP request): the user and password in its address are not copied.",
      "Group 'Call', block 1 (HTTP request): token in its address looks like a secret and is not copied.",
      "Group 'Call', block 1 (HTTP request): Authorization: a secret is never copied. Store it: crmflow keys set http:example --host api.example.com",
      "Group 'Call', block 1 (HTTP request): data.items.length * 2 of the answer is computed and is not kept.",
      "Group 'Call', block 1 (HTTP request): apiKey in its body looks like a secret and is not copied.",
      'Nothing sets Odd: empty, where a conversation is not started with a value.',
    ]);
  });

  it('is made, and the conversation goes on with what it answers, also where it fails', async () => {
    const document = bot({
      variables: { Titles: null },
      groups: {
        Call: [
          call(
            { url: 'https://api.example.com/list', method: 'GET' },
            {
              responseVariableMapping: [{ variableId: 'Titles', bodyPath: 'data.items.map((x) => x.title)' }],
            },
          ),
          says('Found: {{Titles}}'),
        ],
      },
    });
    const sent: string[] = [];
    const send = async ({ method, url }: HttpRequest) => {
      sent.push(`${method} ${url}`);
      const body = JSON.stringify({ items: [{ title: 'Lamp' }, { title: 'Desk' }] });
      return {
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: new TextEncoder().encode(body),
      };
    };
    const http = { send, stream: () => Promise.reject(new Error('none')) } as never;
    expect((await imported(document).play({ http })).said()).toEqual(['bot: Found: Lamp, Desk']);
    expect(sent).toEqual(['GET https://api.example.com/list']);
    expect((await imported(document).play()).said()).toEqual(['bot: Found: ']);
  }, 10_000);

  it.each([
    [
      { url: '{{Base}}/x' },
      'calls an address whose host is a variable, which is not taken here, the flow goes past it.',
    ],
    [{ url: 'https://example.com', method: 'TRACE' }, 'calls by TRACE, the flow goes past it.'],
    [{}, 'names no address; an old export keeps it elsewhere, the flow goes past it.'],
    [
      { url: 'https://example.com', body: 'a plain text', method: 'POST' },
      'its body is neither JSON nor a form and is not sent: a plain text',
    ],
  ])('says what cannot be had: %j', (webhook, note) => {
    const { notes, errors } = imported(bot({ variables: { Base: 'x' }, groups: { Call: [call(webhook)] } }));
    expect(errors).toEqual([]);
    expect(notes[0]).toBe(`Group 'Call', block 1 (HTTP request): ${note}`);
  });

  it('sends a form as a form, and to Zapier all variables, as Typebot does', () => {
    const made = imported(
      bot({
        variables: { Name: 'Ann', 'API token': 'x' },
        groups: {
          Call: [
            call({ url: 'https://example.com', body: 'a=1&b={{Name}}' }, { isCustomBody: true }),
            { type: 'Zapier', options: { webhook: { url: 'https://hooks.zapier.com/1' } } },
          ],
        },
      }),
    );
    expect(made.errors).toEqual([]);
    expect(made.data('call_call')).toMatchObject({ form: { a: '1', b: '{{ name }}' } });
    expect(made.data('call_call_2')).toMatchObject({ method: 'POST', json: { name: '=name' } });
  });
});

describe('a model', () => {
  const chat = {
    type: 'openai',
    options: {
      action: 'Create chat completion',
      model: 'gpt-4o',
      credentialsId: 'secret-id',
      messages: [
        { role: 'system', content: 'You help {{Name}}.' },
        { role: 'user', content: '{{Question}}' },
      ],
      responseMapping: [{ item: 'Message content', variableId: 'Reply' }],
    },
  };
  const variables = { Name: 'Ann', Question: null, Reply: null };

  it('answers once, though the bot says its answer in a text of its own', () => {
    const made = imported(
      bot({ variables, groups: { Chat: [asks('text', 'Question'), chat, says('{{Reply}}'), says('Bye.')] } }),
    );
    expect(made.errors).toEqual([]);
    expect(made.workflow.nodes.map(({ id, data }) => [id, data.kind])).toEqual([
      ['start', 'manual'],
      ['chat_ask', 'text'],
      ['chat_ai', 'answer'],
      ['chat_say', 'text'],
      ['end', 'end'],
    ]);
    expect(made.data('chat_ai')).toEqual({
      kind: 'answer',
      question: '{{ question }}',
      system: 'You help {{ name }}.',
      saveAs: 'reply',
      knowledge: false,
    });
    expect(made.workflow.settings).toEqual({ ai: { models: ['openai', 'gemini'] } });
    expect(made.notes).toEqual([
      'Models need a key: crmflow keys set openai, or gemini. In settings.ai.models stands who is asked.',
    ]);
  });

  it('is told what the bot told it, and asked what was said last where that is a dialogue', () => {
    const told = (messages: object[]) => {
      const block = { type: 'mistral', options: { action: 'Create chat completion', messages } };
      const made = imported(bot({ variables, groups: { Chat: [asks('text', 'Question'), block] } }));
      expect(made.errors).toEqual([]);
      return [made.data('chat_ai'), made.notes.filter((note) => note.startsWith('Group'))];
    };
    const dialogue = { role: 'Dialogue', dialogueVariableId: 'Reply' };
    expect(told([{ role: 'user', content: 'Explain things simply.' }, dialogue])).toEqual([
      { kind: 'answer', system: 'Explain things simply.', knowledge: false },
      [],
    ]);
    const examples = [
      { role: 'system', content: 'Say HUMAN or OK.' },
      { role: 'user', content: 'A human!' },
      { role: 'assistant', content: 'HUMAN' },
      { role: 'user', content: '{{Question}}' },
    ];
    expect(told(examples)).toEqual([
      {
        kind: 'answer',
        question: '{{ question }}',
        system: 'Say HUMAN or OK.\n\nuser: A human!\nassistant: HUMAN',
        knowledge: false,
      },
      ["Group 'Chat', block 2 (mistral): the messages it is given before what is asked stand in system."],
    ]);
  });

  it('is passed by where there is none, as in Typebot', async () => {
    const talk = await imported(bot({ variables, groups: { Chat: [chat, says('Bye.')] } })).play();
    expect(talk.said()).toEqual(['bot: Bye.']);
  });

  it('finds values out', () => {
    const made = imported(
      bot({
        variables: { ...variables, City: null },
        groups: {
          Chat: [
            asks('text', 'Question'),
            {
              type: 'mistral',
              options: {
                action: 'Generate variables',
                prompt: 'From "{{Question}}"',
                variablesToExtract: [{ type: 'string', variableId: 'City', description: 'Where they live' }],
              },
            },
            says('{{City}}'),
          ],
        },
      }),
    );
    expect(made.errors).toEqual([]);
    expect(made.data('chat_extract')).toEqual({
      kind: 'extract',
      from: 'From "{{ question }}"',
      fields: { city: { type: 'text', description: 'Where they live', required: false } },
    });
  });
});

it('sends e-mails, waits, splits, hands over and waits for calls', () => {
  const made = imported(
    bot({
      variables: { Mail: 'a@example.com', Id: null },
      groups: {
        Do: [
          {
            type: 'Email',
            options: { recipients: ['{{Mail}}'], subject: 'Hi', body: 'Text', bcc: ['b@example.com'] },
          },
          { type: 'Wait', options: { secondsToWaitFor: '2' } },
          { type: 'Chatwoot', options: {} },
          {
            type: 'webhook',
            options: { responseVariableMapping: [{ variableId: 'Id', bodyPath: 'data.order.id' }] },
          },
          { type: 'AB test', options: { aPercent: 30 }, items: [{ path: 'a', to: 'A' }, { path: 'b' }] },
        ],
        A: [says('{{Id}}')],
      },
    }),
  );
  expect(made.errors).toEqual([]);
  expect(made.workflow.nodes.slice(1, -2).map(({ data }) => data)).toEqual([
    { kind: 'email', to: '{{ mail }}', subject: 'Hi', text: 'Text' },
    { kind: 'delay', for: { seconds: 2 } },
    { kind: 'handover' },
    { kind: 'webhook_wait', urlAs: 'webhook_url', within: { days: 7 }, saveAs: 'webhook_reply' },
    { kind: 'set', values: { id: 'webhook_reply.body.order.id' } },
    {
      kind: 'split',
      ways: [
        { port: 'a', weight: 30 },
        { port: 'b', weight: 70 },
      ],
    },
  ]);
  expect(made.workflow.edges).toContain('do_split.a -> a');
  expect(made.workflow.edges).toContain('do_split.b -> end');
});

it('goes where a jump leads, and back to what stands after it', async () => {
  const aside = bot({
    groups: {
      Main: [says('Before.'), { type: 'Jump', options: { groupId: 'Aside' } }, says('After.')],
      Aside: [says('Aside.'), { type: 'Return' }],
    },
  });
  expect((await said(aside)).said).toEqual(['bot: Before.', 'bot: Aside.', 'bot: After.']);
  const away = bot({
    groups: {
      Main: [{ type: 'Jump', options: { groupId: 'Other', blockId: 'Other-2' } }, says('Never.')],
      Other: [says('One.'), says('Two.')],
    },
  });
  const { said: lines, workflow } = await said(away);
  expect(lines).toEqual(['bot: Two.']);
  expect(workflow.edges[0]).toBe('start -> other_say_2');
});

it.each([
  'Google Sheets',
  'Google Analytics',
  'Pixel',
  'cal-com',
  'qr-code',
  'Loop',
  'otp input',
  'toString',
  '__proto__',
])('goes past a block of the type %s, and names it', async (type) => {
  const { said: lines, notes } = await said(
    bot({ groups: { Past: [says('One.'), { type, options: {} }, says('Two.')] } }),
  );
  expect(lines).toEqual(['bot: One.', 'bot: Two.']);
  expect(notes).toEqual([`Group 'Past', block 2 (${type}): has no counterpart, the flow goes past it.`]);
});
