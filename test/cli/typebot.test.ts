import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { crmflow, folder, lines } from './kit.ts';
import { asks, bot, decides, imported, offers, says, sets } from './typebot-kit.ts';

const leads = bot({
  variables: { 'Full name': null, Score: null },
  groups: {
    Welcome: [
      says('Hi there!'),
      says('What is your name?'),
      asks('text', 'Full name'),
      sets('Score', '0'),
      says('Nice to meet you, {{Full name}}. Do you work for a company?'),
      offers([['Yes', 'Company'], 'No'], {}),
      { type: 'Redirect', options: { url: 'https://example.com/faq' }, to: 'Bye' },
    ],
    Company: [
      sets('Score', '{{Score}} + 10'),
      says('How many are you?'),
      asks('number', 'Team', { min: 1, retryMessageContent: 'In digits, please.' }),
      decides(['Team', 'Greater than', '30', 'Large']),
      { ...says('We have a plan for small teams.'), to: 'Bye' },
    ],
    Large: [
      sets('Score', '{{Score}} * 2', {}),
      { type: 'payment input', options: { provider: 'Stripe' }, to: 'Bye' },
    ],
    Bye: [says('Your score: {{Score}}. Bye!')],
  },
});
(leads.variables as object[]).push({ id: 'Team', name: 'Team' });

const LEADS_FILE = `name: A bot
nodes:
  - id: start
    type: trigger
    positionX: 20
    positionY: 0
    data:
      kind: manual
  - id: welcome_say
    type: speak
    positionX: 300
    positionY: 0
    data:
      kind: text
      text: Hi there!
  - id: welcome_ask
    type: listen
    positionX: 300
    positionY: 140
    data:
      kind: text
      prompt: What is your name?
      saveAs: full_name
  - id: welcome_set
    type: logic
    positionX: 300
    positionY: 280
    data:
      kind: set
      values:
        score: "0"
  - id: welcome_choice
    type: listen
    positionX: 300
    positionY: 420
    data:
      kind: choice
      prompt: Nice to meet you, {{ full_name }}. Do you work for a company?
      choices:
        - label: Yes
          port: yes
        - No
`;

async function importedBy(document: unknown, line = 'workflows import bot.json') {
  const cwd = await folder();
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  await writeFile(join(cwd, 'bot.json'), text);
  const run = (words: string) => crmflow(words, { cwd });
  return { cwd, run, ...(await run(line)) };
}

describe('crmflow workflows import', () => {
  it('prints a bot as a workflow file that passes the check, and says what has no counterpart', async () => {
    const { code, stdout, stderr, run, cwd } = await importedBy(leads);
    expect(code).toBe(0);
    expect(stdout.startsWith(LEADS_FILE)).toBe(true);
    expect(lines(stderr)).toEqual([
      "Group 'Welcome', block 7 (Redirect): opens a page in Typebot; here its address is said.",
      "Group 'Large', block 2 (payment input): takes a payment by Stripe, which has no counterpart, the flow goes past it.",
      'Variables have new names: Full name is full_name.',
    ]);
    await writeFile(join(cwd, 'bot.workflow.yaml'), stdout);
    expect(await run('workflows validate bot.workflow.yaml')).toMatchObject({ code: 0, stdout: '' });
  });

  it('writes a file as JSON where it is named so, and prints JSON with --json', async () => {
    const { run, code, stdout } = await importedBy(
      leads,
      'workflows import bot.json --output leads.workflow.json',
    );
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(await run('workflows validate leads.workflow.json')).toMatchObject({ code: 0 });
    const printed = JSON.parse((await run('workflows import bot.json --json')).stdout) as { name: string };
    expect(printed.name).toBe('A bot');
  });

  it.each([
    ['no JSON', '<html>', 'bot.json is no JSON, so no export of Typebot.'],
    ['JSON cut short', '{"groups": [', 'bot.json is no JSON, so no export of Typebot.'],
    ['brackets without end', '['.repeat(200_000), 'bot.json is no JSON, so no export of Typebot.'],
    ['a list', '[]', 'bot.json is no export of Typebot: it holds no object.'],
    ['another thing', '{"nodes": []}', 'bot.json is no export of Typebot: groups is not as it is in one.'],
    [
      'a bot without a group',
      '{"groups": []}',
      'bot.json is no export of Typebot: groups is not as it is in one.',
    ],
    [
      'a block without a type',
      '{"groups": [{"id": "a", "blocks": [{"id": "b"}]}]}',
      'bot.json is no export of Typebot: groups.0.blocks.0.type is not as it is in one.',
    ],
  ])('refuses %s with a sentence that says what to do', async (_, text, sentence) => {
    const { code, stdout, stderr } = await importedBy(text);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe(
      `error: ${sentence} In the editor of Typebot open the menu of three dots on the board, choose Export flow, and give the file that is saved.\n`,
    );
  });

  it('refuses a bot that is larger than a workflow may be', async () => {
    const blocks = Array.from({ length: 5_001 }, () => says('x'));
    const { code, stderr } = await importedBy(bot({ groups: { Long: blocks } }));
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^error: bot\.json has 5001 blocks, and a workflow has 5000 nodes at most\. Split/,
    );
  });

  it('names a file that is not there', async () => {
    const { run } = await importedBy(leads);
    expect(await run('workflows import nowhere.json')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/nowhere\.json is not there\. Check the path\.\n$/),
    });
  });

  it('says what the check finds in what it wrote', async () => {
    const { code, stderr } = await importedBy(
      bot({ groups: { Start: [{ type: 'Typebot link', options: { typebotId: 'cl9abc' } }] } }),
    );
    expect(code).toBe(0);
    expect(lines(stderr)[0]).toBe(
      "Group 'Start', block 1 (Typebot link): calls the bot cl9abc. Import that one too, and write its file or name here in place of its id. No variable is shared with it: name under inputs what it takes, and under results what it gives.",
    );
    expect(lines(stderr)[1]).toMatch(
      /^error: start_2, workflow: start_2 calls the workflow cl9abc, which is not there/,
    );
  });
});

it('goes on without a file that may be skipped, and escapes what stands in the midst of an address', async () => {
  const talk = await imported(
    bot({
      variables: { Name: null, Photo: null },
      groups: {
        Start: [
          asks('text', 'Name'),
          asks('file', 'Photo', { isRequired: false }),
          { type: 'Redirect', options: { url: 'https://example.com/thanks?n={{Name}}' } },
        ],
      },
    }),
  ).play();
  await talk.user('Ada Lovelace');
  await talk.user('skip');
  expect(talk.said().at(-1)).toBe('bot: https://example.com/thanks?n=Ada+Lovelace');
});

it('keeps the conversation a bot has', async () => {
  const large = await imported(leads).play();
  for (const words of ['Ann', 'Yes', 'many', '40']) await large.user(words);
  expect(large.said()).toEqual([
    'bot: Hi there!',
    'bot: What is your name?',
    'user: Ann',
    'bot: Nice to meet you, Ann. Do you work for a company?',
    'user: Yes',
    'bot: How many are you?',
    'user: many',
    'bot: In digits, please.',
    'user: 40',
    'bot: Your score: 20. Bye!',
  ]);
  const small = await imported(leads).play();
  for (const words of ['Bob', '2']) await small.user(words);
  expect(small.said().slice(-2)).toEqual(['bot: https://example.com/faq', 'bot: Your score: 0. Bye!']);
  expect(await small.session()).toMatchObject({ status: 'finished' });
});
