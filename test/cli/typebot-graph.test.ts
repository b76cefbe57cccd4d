import { describe, expect, it } from 'vitest';
import { asks, bot, imported, offers, says, sets } from './typebot-kit.ts';

type Field = Record<string, unknown>;
/** What stands in a document, to be changed. */
const inside = (document: Field, ...path: (string | number)[]) =>
  path.reduce((at, key) => (at as Field)[key], document as unknown) as Field;

describe('an export of an old version', () => {
  const old = {
    name: 'Old bot',
    version: '3',
    groups: [
      {
        id: 'g0',
        title: 'Start',
        graphCoordinates: { x: 0, y: 0 },
        blocks: [{ id: 'b0', type: 'start', label: 'Start', groupId: 'g0', outgoingEdgeId: 'e0' }],
      },
      {
        id: 'g1',
        title: 'Name',
        graphCoordinates: { x: 10.4, y: 20.6 },
        blocks: [
          {
            id: 'b1',
            groupId: 'g1',
            type: 'text',
            content: {
              html: '<div>Name?</div>',
              plainText: 'Name?',
              richText: [{ type: 'p', children: [{ text: 'Name?' }] }],
            },
          },
          {
            id: 'b2',
            groupId: 'g1',
            type: 'text input',
            options: { variableId: 'v1', isLong: false, labels: { button: 'Send' } },
          },
          {
            id: 'b3',
            groupId: 'g1',
            type: 'choice input',
            options: { isMultipleChoice: false },
            items: [
              { id: 'i1', blockId: 'b3', type: 0, content: 'Again', outgoingEdgeId: 'e1' },
              { id: 'i2', blockId: 'b3', type: 0, content: 'Done' },
            ],
          },
        ],
      },
    ],
    edges: [
      { id: 'e0', from: { groupId: 'g0', blockId: 'b0' }, to: { groupId: 'g1' } },
      {
        id: 'e1',
        from: { groupId: 'g1', blockId: 'b3', itemId: 'i1' },
        to: { groupId: 'g1', blockId: 'b2' },
      },
    ],
    variables: [{ id: 'v1', name: 'Name' }],
    settings: null,
    webhookId: null,
  };

  it('begins at its start block, and a line may lead into the middle of a group', async () => {
    const { workflow, notes, errors, play } = imported(old);
    expect({ errors, notes }).toEqual({ errors: [], notes: [] });
    expect(workflow).toEqual({
      name: 'Old bot',
      settings: {},
      nodes: [
        { id: 'start', type: 'trigger', positionX: -270, positionY: 21, data: { kind: 'manual' } },
        {
          id: 'name_say',
          type: 'speak',
          positionX: 10,
          positionY: 21,
          data: { kind: 'text', text: 'Name?' },
        },
        {
          id: 'name_ask',
          type: 'listen',
          positionX: 10,
          positionY: 161,
          data: { kind: 'text', saveAs: 'name' },
        },
        {
          id: 'name_choice',
          type: 'listen',
          positionX: 10,
          positionY: 301,
          data: { kind: 'choice', choices: [{ label: 'Again', port: 'again' }, 'Done'] },
        },
        { id: 'end', type: 'logic', positionX: 360, positionY: 0, data: { kind: 'end' } },
      ],
      edges: [
        'start -> name_say',
        'name_say -> name_ask',
        'name_ask -> name_choice',
        'name_choice.again -> name_ask',
        'name_choice -> end',
      ],
    });
    const talk = await play();
    for (const words of ['Ann', 'Again', 'Bob', 'Done']) await talk.user(words);
    expect(await talk.session()).toMatchObject({ status: 'finished', variables: { name: 'Bob' } });
  });
});

it('reads what the first versions exported, whose groups were called blocks', async () => {
  const { errors, notes, play } = imported({
    name: 'First bot',
    blocks: [
      { id: 'g0', title: 'Start', steps: [{ id: 's0', type: 'start', blockId: 'g0', outgoingEdgeId: 'e0' }] },
      {
        id: 'g1',
        title: 'Hi',
        steps: [
          { ...says('never'), id: 's1' },
          { ...asks('text', 'v'), id: 's2', outgoingEdgeId: 'e1' },
        ],
      },
      { id: 'g2', title: 'Bye', steps: [{ ...says('Bye, {{Name}}.'), id: 's3' }] },
    ],
    edges: [
      { id: 'e0', from: { blockId: 'g0', stepId: 's0' }, to: { blockId: 'g1', stepId: 's2' } },
      { id: 'e1', from: { blockId: 'g1', stepId: 's2' }, to: { blockId: 'g2' } },
    ],
    variables: [{ id: 'v', name: 'Name' }],
  });
  expect({ errors, notes }).toEqual({ errors: [], notes: [] });
  const talk = await play();
  await talk.user('Ann');
  expect(talk.said()).toEqual(['user: Ann', 'bot: Bye, Ann.']);
});

describe('variables', () => {
  it('get readable names, each once, and no word of the languages', () => {
    const names = [
      'First name',
      'first-name',
      'clientName',
      'Ünïcode',
      '名前',
      '2nd',
      'now',
      '__proto__',
      'constructor',
      '',
    ];
    const { notes, errors, data } = imported(
      bot({
        variables: Object.fromEntries(
          names.filter((name) => name !== '__proto__').map((name) => [name || 'empty', null]),
        ),
        groups: { Ask: [says(names.map((name) => `{{${name}}}`).join(' '))] },
      }),
    );
    expect(errors).toEqual([]);
    expect(data('ask')).toMatchObject({
      text: expect.stringMatching(
        /^\{\{ first_name \}\} \{\{ first_name_2 \}\} \{\{ client_name \}\} \{\{ unicode \}\} \{\{ variable \}\} \{\{ variable_2nd \}\} \{\{ now_2 \}\} {2}\{\{ constructor_2 \}\}/,
      ),
    });
    expect(notes.at(-1)).toBe(
      'Variables have new names: First name is first_name, first-name is first_name_2, clientName is client_name, Ünïcode is unicode, 名前 is variable, 2nd is variable_2nd, now is now_2, constructor is constructor_2.',
    );
  });

  it('of the name __proto__ are as good as any', async () => {
    const document = bot({ groups: { Say: [sets('v', 'x'), says('{{__proto__}}')] } });
    inside(document).variables = [{ id: 'v', name: '__proto__' }];
    const { errors, play } = imported(document);
    expect(errors).toEqual([]);
    expect((await play()).said()).toEqual(['bot: x']);
  });

  it('keep their values, and what nothing sets may be given when a conversation starts', async () => {
    const { workflow, notes, play } = imported(
      bot({
        variables: {
          Price: '20',
          Colours: ['red'],
          Plan: 'basic',
          Source: null,
          Unused: null,
          'API key': 'sk-123',
        },
        groups: {
          Say: [
            sets('Price', '{{Price}} + 1'),
            says('{{Price}} {{Colours}} {{Plan}} {{Source}} {{API key}}'),
          ],
        },
      }),
    );
    expect(workflow.nodes[0]?.data).toEqual({
      kind: 'manual',
      inputs: [
        { name: 'price', type: 'number', default: 20 },
        { name: 'colours', type: 'list', default: ['red'] },
        { name: 'plan', type: 'text', default: 'basic' },
        { name: 'source', type: 'any' },
        { name: 'api_key', type: 'any' },
      ],
    });
    expect(notes).toEqual([
      'Nothing reads or sets Unused: left out.',
      'The value of the variable API key looks like a secret and is not copied.',
      'Nothing sets Source: empty, where a conversation is not started with a value.',
      'Variables have new names: API key is api_key.',
    ]);
    const talk = await play({}, { source: 'ad', api_key: 'mine' });
    expect(talk.said()).toEqual(['bot: 21 red basic ad mine']);
  });

  it('may be more than a trigger declares', async () => {
    const names = Array.from({ length: 130 }, (_, at) => `v${at}`);
    const { errors, play } = imported(
      bot({
        variables: Object.fromEntries(names.map((name) => [name, name.toUpperCase()])),
        groups: { Say: [says(names.map((name) => `{{${name}}}`).join(' '))] },
      }),
    );
    expect(errors).toEqual([]);
    expect((await play()).said()).toEqual([`bot: ${names.join(' ').toUpperCase()}`]);
  });
});

describe('a broken bot', () => {
  it('ends where a line leads nowhere, and says so', async () => {
    const document = bot({
      groups: {
        Ask: [
          offers([
            ['a', 'Gone'],
            ['b', 'Next/9'],
            ['c', 'Next'],
          ]),
          says('never'),
        ],
        Next: [says('next')],
      },
    });
    inside(document, 'groups', 0, 'blocks', 0, 'items', 2).outgoingEdgeId = 'no edge';
    const { notes, errors, play } = imported(document);
    expect(errors).toEqual([]);
    expect(notes).toEqual([
      "Group 'Ask', block 1 (buttons): leads to a group that is not there; the conversation ends.",
      "Group 'Ask', block 1 (buttons): leads to a block that is not there; the group is begun at its start.",
      "Group 'Ask', block 1 (buttons): has a line that leads nowhere; the conversation ends.",
    ]);
    for (const [words, last] of [
      ['a', 'user: a'],
      ['b', 'bot: next'],
      ['c', 'user: c'],
    ] as const) {
      const talk = await play();
      await talk.user(words);
      expect(talk.said().at(-1)).toBe(last);
    }
  });

  it('that goes round without a node ends', () => {
    const pixel = { type: 'Pixel' };
    const { notes, errors, workflow } = imported(
      bot({
        groups: {
          A: [says('One.'), { ...pixel, to: 'B' }],
          B: [{ type: 'Jump', options: { groupId: 'C' } }],
          C: [{ ...pixel, to: 'B' }],
        },
      }),
    );
    expect(errors).toEqual([]);
    expect(workflow.edges).toEqual(['start -> a', 'a -> end']);
    expect(notes).toContain(
      "Group 'B', block 1 (Jump): goes round without anything that stands here; the conversation ends.",
    );
  });

  it('whose loop waits for nobody is converted, and the check names the loop', () => {
    const { errors } = imported(bot({ groups: { A: [{ ...says('x'), to: 'A' }] } }));
    expect(errors).toEqual([expect.stringMatching(/this loop waits for nobody and never ends/)]);
  });

  it('without a line from its start says what to do', () => {
    const document = bot({ groups: { A: [says('x')] } });
    inside(document).edges = [];
    const { notes, errors } = imported(document);
    expect(errors).toEqual([]);
    expect(notes).toEqual([
      'Nothing leads on from the start of the bot: the conversation ends at once. Draw a line from start.',
    ]);
  });

  it('with the same ids twice takes the first, and names the group', async () => {
    const document = bot({
      variables: { V: 'one' },
      groups: { A: [{ ...says('{{V}}'), to: 'B' }], B: [says('b')], C: [says('c')] },
    });
    inside(document, 'groups', 2).id = 'B';
    (inside(document).variables as Field[]).push({ id: 'V', name: 'V', value: 'two' });
    (inside(document).edges as Field[]).push({ id: 'edge-2', from: {}, to: { groupId: 'A' } });
    const { notes, errors, play } = imported(document);
    expect(errors).toEqual([]);
    expect(notes).toEqual(["Group 'C' has the id of one before it; lines lead to the first."]);
    expect((await play()).said()).toEqual(['bot: one', 'bot: b']);
  });

  it('with groups of the same title, of none and of strange ones has ids that differ', () => {
    const { workflow, errors } = imported(
      bot({
        groups: Object.fromEntries(
          ['Über uns?', 'uber uns', ' ', 'a/b -> c.d', 'end', '\u0007', 'x'.repeat(500)].map(
            (title, at, all) => [title, [{ ...says('x'), to: all[at + 1] }]],
          ),
        ),
      }),
    );
    expect(errors).toEqual([]);
    expect(workflow.nodes.map(({ id }) => id)).toEqual([
      'start',
      'uber_uns',
      'uber_uns_2',
      'group_3',
      'a_b_c_d',
      'end_2',
      'group_6',
      'x'.repeat(40),
      'end',
    ]);
  });

  it('whose text is nested without end is cut, and says so', () => {
    const deep = (depth: number): object =>
      depth
        ? {
            type: 'p',
            children: [
              { text: `${depth} ` },
              { type: 'a', url: 'https://x.example', children: [deep(depth - 1)] },
            ],
          }
        : { text: 'bottom' };
    const { notes, errors } = imported(
      bot({ groups: { A: [{ type: 'text', content: { richText: [deep(400)] } }] } }),
    );
    expect(errors).toEqual([]);
    expect(notes).toEqual([
      "Group 'A', block 1 (text): its text is nested too deep; what lies deeper is left out.",
    ]);
  });

  it.each([
    ['options that are no object', { type: 'text input', options: null }],
    ['fields of other types', { ...asks('rating', undefined, { length: 'many', startsAt: {}, labels: 4 }) }],
    ['items without anything', { type: 'choice input', items: [{}, { content: '' }] }],
    [
      'a condition without comparisons',
      { type: 'Condition', items: [{}, { content: { comparisons: null } }] },
    ],
    ['numbers beyond measure', { type: 'Wait', options: { secondsToWaitFor: '1e300' } }],
    ['a scale that goes down', asks('rating', undefined, { length: 1, startsAt: 9 })],
    ['lists in place of texts', { type: 'Email', options: { recipients: 'ann', subject: ['x'], body: {} } }],
    ['a call of nothing', { type: 'Webhook', options: { webhook: 'https://example.com' } }],
    [
      'names that every object has',
      { type: 'Set variable', options: { variableId: 'constructor', expressionToEvaluate: '{{toString}}' } },
    ],
    [
      'a body nested without end',
      {
        type: 'Webhook',
        options: { webhook: { url: 'https://e.example', body: `${'['.repeat(5_000)}${']'.repeat(5_000)}` } },
      },
    ],
    ['a calculation without end', sets('V', `${'('.repeat(5_000)}1${')'.repeat(5_000)}`)],
  ])('with %s becomes a workflow that can run', async (_, block) => {
    const { errors, play } = imported(bot({ variables: { V: null }, groups: { A: [says('Hi.'), block] } }));
    expect(errors).toEqual([]);
    expect((await play()).said()[0]).toBe('bot: Hi.');
  });

  it('of thousands of blocks that stand for nothing is read at once', () => {
    const blocks = Array.from({ length: 4_900 }, () => ({ type: 'Pixel' }));
    const { workflow } = imported(bot({ groups: { A: blocks } }));
    expect(workflow.edges).toEqual(['start -> end']);
  });
});

it('says what leads on from an event that workflows do not have', () => {
  const document = bot({ groups: { A: [says('x')] } });
  (inside(document).events as Field[]).push({ id: 'help', type: 'command', outgoingEdgeId: 'edge-1' });
  expect(imported(document).notes).toEqual([
    'The event command has no counterpart: what it leads to stays, and no way leads there.',
  ]);
});
