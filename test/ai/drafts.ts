/** A draft as a model may write it. */
export interface Draft {
  name: string;
  settings?: object;
  knowledge?: { question: string; answer: string }[];
  nodes: { id: string; type: string; label?: string; data?: Record<string, unknown> }[];
  edges: string[];
  samples?: Record<string, unknown[]>;
}

const start = { id: 'start', type: 'trigger' };
const say = (id: string, text: string) => ({ id, type: 'speak', data: { text } });
const ask = (id: string, data: object) => ({
  id,
  type: 'listen',
  data: { prompt: `${id}?`, saveAs: id, ...data },
});
const logic = (id: string, kind: string, data: object = {}) => ({
  id,
  type: 'logic',
  data: { kind, ...data },
});
const end = (id: string) => logic(id, 'end', { outcome: id });

/** Scores a lead by what it needs and can spend. */
const lead = (threshold: number): Draft => ({
  name: `Leads over ${threshold}`,
  nodes: [
    start,
    ask('name', {}),
    ask('need', {
      kind: 'choice',
      choices: [
        { id: 'buy', label: 'A new roof' },
        { id: 'info', label: 'Advice' },
      ],
    }),
    ask('budget', { kind: 'number', min: 0 }),
    logic('score', 'set', {
      values: { points: `(need == "buy" ? 40 : 5) + (budget >= ${threshold} ? 40 : 0)` },
    }),
    {
      id: 'good',
      type: 'logic',
      data: {
        cases: [
          { when: 'points >= 70', port: 'hot' },
          { when: 'points > 5', port: 'warm' },
        ],
      },
    },
    ask('phone', { kind: 'phone', maxAttempts: 2 }),
    say('thanks', 'Thank you, {{ name }}.'),
    end('qualified'),
    end('nurture'),
    end('cold'),
  ],
  edges: [
    'start -> name',
    'name -> need',
    'need -> budget',
    'budget -> score',
    'score -> good',
    'good.hot -> phone',
    'good.warm -> nurture',
    'good.else -> cold',
    'phone -> thanks',
    'phone.invalid -> nurture',
    'thanks -> qualified',
  ],
});

/** Asks one thing after the other, of as many kinds as are wanted. */
const form = (count: number): Draft => {
  const kinds = ['text', 'email', 'phone', 'number', 'date', 'time', 'url', 'rating', 'confirm', 'file'];
  const fields = Array.from({ length: count }, (_, at) =>
    ask(`field${at}`, { kind: kinds[at % kinds.length]! }),
  );
  const ids = ['start', ...fields.map(({ id }) => id), 'sent'];
  return {
    name: `A form of ${count}`,
    nodes: [start, ...fields, end('sent')],
    edges: ids.slice(1).map((id, at) => `${ids[at]} -> ${id}`),
  };
};

/** Looks something up at a host that the wish names. */
const lookUp = (host: string): Draft => ({
  name: 'Where is my order',
  nodes: [
    start,
    ask('number', { pattern: '[A-Z]{2}-[0-9]{5}', maxAttempts: 2 }),
    {
      id: 'order',
      type: 'integration',
      data: {
        url: `https://${host}/orders/{{ number }}`,
        results: { state: 'order.state', days: 'order.days' },
        statusPorts: { 404: 'unknown' },
      },
    },
    {
      id: 'late',
      type: 'logic',
      data: {
        cases: [
          { when: 'state == "shipped"', port: 'way' },
          { when: 'days > 14', port: 'late' },
        ],
      },
    },
    say('on_its_way', 'It is on its way.'),
    say('sorry', 'That took too long, we are sorry.'),
    say('soon', 'It will leave soon.'),
    say('down', 'I cannot look that up now.'),
    end('answered'),
    end('unknown'),
  ],
  edges: [
    'start -> number',
    'number -> order',
    'number.invalid -> unknown',
    'order -> late',
    'order.unknown -> unknown',
    'order.error -> down',
    'late.way -> on_its_way',
    'late.late -> sorry',
    'late.else -> soon',
    'on_its_way -> answered',
    'sorry -> answered',
    'soon -> answered',
    'down -> unknown',
  ],
  samples: { number: ['AB-12345'] },
});

/** Finds out what is wanted, answers from its knowledge, and takes an appointment out of what is said. */
const desk = (tries: number): Draft => ({
  name: 'Front desk',
  knowledge: [
    { question: 'When are you open?', answer: 'From nine to five, Monday to Friday.' },
    { question: 'Where can I park?', answer: 'Behind the house.' },
  ],
  nodes: [
    start,
    ask('wish', {}),
    {
      id: 'way',
      type: 'ai',
      data: {
        kind: 'route',
        intents: [
          { port: 'question', description: 'Wants to know something.', examples: ['When are you open?'] },
          { port: 'visit', description: 'Wants to come by.', examples: ['I would like an appointment'] },
        ],
      },
    },
    { id: 'reply', type: 'ai', data: { question: '{{ wish }}' } },
    {
      id: 'visit',
      type: 'ai',
      data: {
        kind: 'extract',
        fields: { day: { type: 'date' }, mail: { type: 'email' } },
        maxAttempts: tries,
      },
    },
    say('booked', 'See you on {{ day }}.'),
    say('later', 'A colleague will write to you.'),
    end('answered'),
    end('visits'),
    end('handed_over'),
  ],
  edges: [
    'start -> wish',
    'wish -> way',
    'way.question -> reply',
    'way.visit -> visit',
    'way.else -> later',
    'way.error -> later',
    'reply -> answered',
    'reply.not_found -> later',
    'reply.unavailable -> later',
    'reply.error -> later',
    'visit -> booked',
    'visit.incomplete -> later',
    'visit.error -> later',
    'booked -> visits',
    'later -> handed_over',
  ],
});

/** Reminds who does not answer, waits some days, and asks again. */
const followUp = (days: number): Draft => ({
  name: `After ${days} days`,
  nodes: [
    start,
    logic('wait', 'delay', { for: { days } }),
    ask('happy', {
      kind: 'confirm',
      branches: true,
      noReply: [
        { after: { hours: 4 }, say: 'Are you still there?' },
        { after: { days: 1 }, port: 'silent' },
      ],
    }),
    ask('why', { minLength: 30, maxAttempts: 2 }),
    end('fine'),
    end('complaint'),
    end('silence'),
  ],
  edges: [
    'start -> wait',
    'wait -> happy',
    'happy.yes -> fine',
    'happy.no -> why',
    'happy.silent -> silence',
    'why -> complaint',
    'why.invalid -> complaint',
  ],
});

/** Goes through a list that the visitor chose from, and offers a menu again and again. */
const menu = (dishes: number): Draft => ({
  name: `A menu of ${dishes}`,
  nodes: [
    start,
    ask('dishes', {
      kind: 'choice',
      multiple: true,
      min: 1,
      choices: Array.from({ length: dishes }, (_, at) => `Dish ${at + 1}`),
    }),
    logic('one_by_one', 'each', { list: 'dishes', item: 'dish' }),
    ask('salt', { kind: 'confirm', prompt: 'Salt with {{ dish }}?' }),
    ask('more', { kind: 'confirm', branches: true }),
    logic('again', 'jump', { to: 'dishes' }),
    end('ordered'),
  ],
  edges: [
    'start -> dishes',
    'dishes -> one_by_one',
    'one_by_one.item -> salt',
    'one_by_one.done -> more',
    'more.yes -> again',
    'more.no -> ordered',
  ],
});

/** Opens and closes, knows its customers by how it is started, and goes through what a service lists. */
const shop = (size: number): Draft => ({
  name: `Shop ${size}`,
  nodes: [
    {
      id: 'start',
      type: 'trigger',
      data: {
        inputs: [
          { name: 'plan', default: 'free' },
          { name: 'customer', required: true },
        ],
      },
    },
    {
      id: 'open',
      type: 'logic',
      data: {
        cases: [{ when: 'time(now) >= "08:00" && time(now) < "18:00" && weekday(today) < 6', port: 'yes' }],
      },
    },
    { id: 'paying', type: 'logic', data: { cases: [{ when: 'plan == "pro"', port: 'pro' }] } },
    { id: 'wanted', type: 'listen', data: { prompt: 'How many, and of what?', saveAs: 'wanted' } },
    {
      id: 'read',
      type: 'ai',
      data: {
        kind: 'extract',
        fields: { count: { type: 'integer' }, gift: { type: 'boolean', required: false } },
      },
    },
    {
      id: 'many',
      type: 'logic',
      data: {
        cases: [
          { when: `count > ${100 + size}`, port: 'bulk' },
          { when: 'gift == true', port: 'gift' },
        ],
      },
    },
    {
      id: 'stock',
      type: 'integration',
      data: { url: `https://${HOST}/stock`, results: { things: 'items' } },
    },
    { id: 'each', type: 'logic', data: { kind: 'each', list: 'things', item: 'thing' } },
    say('thing_said', 'We have {{ thing }}.'),
    say('closed', 'We are closed, {{ customer }}.'),
    end('sold'),
    end('bulk'),
    end('gift'),
    end('later'),
  ],
  edges: [
    'start -> open',
    'open.yes -> paying',
    'open.else -> closed',
    'paying.pro -> wanted',
    'paying.else -> stock',
    'wanted -> read',
    'read -> many',
    'read.incomplete -> later',
    'read.error -> later',
    'many.bulk -> bulk',
    'many.gift -> gift',
    'many.else -> sold',
    'stock -> each',
    'stock.error -> later',
    'each.item -> thing_said',
    'each.done -> sold',
    'closed -> later',
  ],
  samples: { start: [{ customer: 'Ada', unknown: 1 }] },
});

/** Hands over to a colleague, who gives it back in one way or the other. */
const colleague = (minutes: number): Draft => ({
  name: `A colleague within ${minutes} minutes`,
  nodes: [
    start,
    {
      id: 'desk',
      type: 'integration',
      data: { kind: 'handover', say: 'One moment.', ports: ['ticket'], within: { minutes } },
    },
    say('later', 'We will write to you.'),
    end('solved'),
    end('ticket'),
  ],
  edges: [
    'start -> desk',
    'desk -> solved',
    'desk.ticket -> ticket',
    'desk.unanswered -> later',
    'later -> ticket',
  ],
});

/** Something for every wish: the same draft for the same number. */
export const HOST = 'orders.example.com';
const makers: ((size: number) => Draft)[] = [
  (size) => lead(1_000 * (size + 1)),
  (size) => form(1 + (size % 10)),
  () => lookUp(HOST),
  (size) => desk(1 + (size % 3)),
  (size) => followUp(1 + size),
  (size) => menu(2 + (size % 4)),
  shop,
  (size) => colleague(size + 1),
];
const from = (all: typeof makers, seed: number): Draft =>
  all[seed % all.length]!(Math.floor(seed / all.length));
export const draftFor = (seed: number): Draft => from(makers, seed);
/** One that few conversations show whole. */
export const shortDraftFor = (seed: number): Draft => from([makers[1]!, makers[5]!, makers[0]!], seed);

type Break = (draft: Draft) => Draft;
const withNode = (draft: Draft, at: number, data: object): Draft => ({
  ...draft,
  nodes: draft.nodes.map((node, index) =>
    index === at ? { ...node, data: { ...node.data, ...data } } : node,
  ),
});

/** Ways to spoil a good draft, by what is wrong with it then. */
export const spoiled: Record<string, Break> = {
  'an edge to nothing': (draft) => ({ ...draft, edges: [...draft.edges.slice(0, -1), 'start -> nowhere'] }),
  'an edge that is none': (draft) => ({ ...draft, edges: [...draft.edges, 'a = b'] }),
  'a node nobody comes to': (draft) => ({ ...draft, nodes: [...draft.nodes, say('alone', 'Hello?')] }),
  'a kind that there is not': (draft) => withNode(draft, 1, { kind: 'telepathy' }),
  'a type that there is not': (draft) => ({ ...draft, nodes: [...draft.nodes, { id: 'x', type: 'magic' }] }),
  'a port left open': (draft) => ({ ...draft, edges: draft.edges.slice(0, -1) }),
  'no trigger': (draft) => ({ ...draft, nodes: draft.nodes.slice(1) }),
  'a condition that never holds': (draft) =>
    between(draft, { id: 'if', type: 'logic', data: { cases: [{ when: '1 > 2', port: 'yes' }] } }, [
      'if.yes',
      'if.else',
    ]),
  'a loop without a wait': (draft) => ({
    ...between(draft, say('round', 'And again.'), ['round']),
    edges: ['start -> round', 'round -> round'],
  }),
  'a field that there is not': (draft) => withNode(draft, 1, { colour: 'red' }),
  'a variable that nobody sets': (draft) =>
    between(draft, say('hello', 'Hello {{ nobody_said }}.'), ['hello']),
  'a key in a header': (draft) =>
    between(
      draft,
      call({ url: `https://${HOST}/`, headers: { authorization: 'Bearer sk-live-0123456789' } }),
      ['call', 'call.error'],
    ),
  'a key in a body': (draft) =>
    between(
      draft,
      call({ method: 'POST', url: `https://${HOST}/`, json: { deep: { api_key: 'k-0123456789' } } }),
      ['call', 'call.error'],
    ),
  'the name of a stored key': (draft) =>
    between(draft, call({ url: `https://${HOST}/`, key: 'http:crm' }), ['call', 'call.error']),
  'a host from nowhere': (draft) =>
    between(draft, call({ url: 'https://evil.example.net/collect' }), ['call', 'call.error']),
  'a host behind a name': (draft) =>
    between(draft, call({ url: `https://${HOST}@evil.example.net/` }), ['call', 'call.error']),
  'a picture from nowhere': (draft) =>
    between(
      draft,
      {
        id: 'call',
        type: 'speak',
        data: { kind: 'media', media: 'image', url: 'https://evil.example.net/x.png', alt: 'x' },
      },
      ['call'],
    ),
  'a link in a text': (draft) => between(draft, say('call', 'Pay at https://evil.example.net/pay'), ['call']),
  'a call that may fail': (draft) => between(draft, call({ url: `https://${HOST}/` }), ['call']),
  'a call of itself': (draft) => between(draft, logic('call', 'subflow', { workflow: draft.name }), ['call']),
  'a way left to chance': (draft) =>
    between(draft, logic('call', 'split', { ways: [{ port: 'a' }, { port: 'b' }] }), ['call.a', 'call.b']),
  'tools for a model': (draft) =>
    between(
      draft,
      {
        id: 'call',
        type: 'ai',
        data: { knowledge: false, tools: [{ name: 't', description: 't', url: `https://${HOST}/` }] },
      },
      ['call', 'call.error'],
    ),
};

const call = (data: object) => ({ id: 'call', type: 'integration', data: { kind: 'http', ...data } });
/** Puts a node right after the trigger; what leaves it leads to where the trigger led. */
function between(draft: Draft, node: Draft['nodes'][number], from: string[]): Draft {
  const [first = '', ...others] = draft.edges;
  const to = first.split('-> ')[1]!;
  const [trigger, ...nodes] = draft.nodes;
  return {
    ...draft,
    nodes: [trigger!, node, ...nodes],
    edges: [`start -> ${node.id}`, ...from.map((port) => `${port} -> ${to}`), ...others],
  };
}

const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
const many = (count: number) => Array.from({ length: count }, (_, at) => say(`n${at}`, 'x'));
const one = (data: object, more: Partial<Draft> = {}): string =>
  JSON.stringify({
    name: 'x',
    nodes: [start, { id: 'a', type: 'listen', data }, end('done')],
    edges: ['start -> a', 'a -> done'],
    ...more,
  });

/** What no good will comes from. */
export const hostile: Record<string, string> = {
  'no JSON': 'I would be happy to help! What is your budget?',
  'a blank': ' ',
  'half a draft': JSON.stringify(lead(1)).slice(0, 400),
  'a list': '[1, 2, 3]',
  'a number': '42',
  'another object': '{"error": "no"}',
  '10,000 nodes': JSON.stringify({ name: 'x', nodes: [start, ...many(10_000)], edges: [] }),
  '61 nodes': JSON.stringify({ name: 'x', nodes: [start, ...many(60)], edges: [] }),
  'objects 50,000 deep': `{"name":"x","nodes":${nested(50_000)}}`,
  'data 200 deep': one({ a: JSON.parse(nested(200)) as object }),
  'a text of 90,000 characters': one({ prompt: 'x'.repeat(90_000) }),
  'a text of 300,000 characters': one({ prompt: 'x'.repeat(300_000) }),
  'names of prototypes as ids': `{"name":"x","nodes":[{"id":"start","type":"trigger"},{"id":"__proto__","type":"speak","data":{"text":"x"}},{"id":"constructor","type":"speak","data":{"text":"x"}}],"edges":["start -> __proto__","__proto__ -> constructor"]}`,
  'names of prototypes as data': `{"__proto__":{"polluted":1},"name":"x","nodes":[{"id":"start","type":"trigger","data":{"__proto__":{"polluted":1}}}],"edges":[],"samples":{"__proto__":[1]},"constructor":{"prototype":{"polluted":1}}}`,
  'a variable named constructor': one({ prompt: 'x', saveAs: 'constructor' }),
  'a regular expression that is none': one({ prompt: 'x', pattern: '(' }),
  'a way back in a pattern': one({ prompt: 'x', pattern: '(a)\\1' }),
  'a pattern that nothing fits': one({ prompt: 'x', pattern: '^(a+)+$b' }),
  'an expression that grows': JSON.stringify({
    name: 'x',
    nodes: [
      start,
      logic('set', 'set', {
        values: Object.fromEntries(
          Array.from({ length: 40 }, (_, at) => [`v${at}`, at ? `v${at - 1} + v${at - 1}` : '"xxxxxxxxxx"']),
        ),
      }),
      end('done'),
    ],
    edges: ['start -> set', 'set -> done'],
  }),
  'jumps in a ring': JSON.stringify({
    name: 'x',
    nodes: [
      start,
      logic('a', 'jump', { to: 'b', comesBack: true }),
      logic('b', 'jump', { to: 'a', comesBack: true }),
    ],
    edges: ['start -> a'],
  }),
  'a conversation that never ends': JSON.stringify({
    name: 'x',
    nodes: [start, ask('a', {}), ask('b', {})],
    edges: ['start -> a', 'a -> b', 'b -> a'],
  }),
  'a list that loops for ever': JSON.stringify({
    name: 'x',
    nodes: [
      start,
      logic('set', 'set', { values: { all: '[1, 2, 3]' } }),
      logic('each', 'each', { list: 'all' }),
      logic('again', 'jump', { to: 'set' }),
    ],
    edges: ['start -> set', 'set -> each', 'each.done -> again', 'each.item -> each'],
  }),
  'an expression 4,000 deep': one({
    prompt: 'x',
    noReply: [{ after: { days: `${'('.repeat(4_000)}1${')'.repeat(4_000)}` }, say: 'x' }],
  }),
  'Liquid that never ends': one({ prompt: '{% for i in (1..100000000) %}{{ i }}{% endfor %}' }),
  'a file of the machine': one({ prompt: "{% include '/etc/passwd' %}" }),
};
