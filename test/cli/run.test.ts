import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { crmflow, folder, lines } from './kit.ts';

const greeting = `
name: Greeting
nodes:
  - id: start
    type: trigger
    data:
      inputs:
        - { name: shop, type: text, default: the shop }
        - { name: seats, type: number, default: 2 }
        - { name: drinks, type: list, default: [Tea, Coffee] }
  - id: welcome
    type: speak
    data: { text: "Welcome to {{ shop }}, {{ seats }} seats." }
  - id: ask_name
    type: listen
    data: { prompt: "Your name?", saveAs: name }
  - id: ask_drink
    type: listen
    data: { kind: choice, prompt: "What will it be, {{ name }}?", saveAs: drink, from: drinks }
  - id: done
    type: logic
    data: { kind: end, outcome: served }
edges: [start -> welcome, welcome -> ask_name, ask_name -> ask_drink, ask_drink -> done]
`;
const broken = `
name: Broken
nodes:
  - { id: start, type: trigger }
  - { id: ask, type: listen, data: { prompt: "{{ nobody }}", maxAttempts: many } }
  - { id: say, type: speak, data: { text: "{{ nobody }}" } }
edges: [start -> ask, ask -> nowhere]
`;
const asking = `
name: Asking
nodes:
  - { id: start, type: trigger }
  - { id: ask, type: listen, data: { prompt: "Your name?", saveAs: name } }
edges: [start -> ask]
`;
const calling = `
name: Caller
nodes:
  - { id: start, type: trigger }
  - id: call
    type: logic
    data: { kind: subflow, workflow: ./asking.workflow.yaml, results: { who: name } }
  - { id: say, type: speak, data: { text: "Thanks, {{ who }}." } }
edges: [start -> call, call -> say]
`;

let cwd: string;
beforeAll(async () => {
  cwd = await folder();
  await Promise.all([
    writeFile(join(cwd, 'greeting.workflow.yaml'), greeting),
    writeFile(join(cwd, 'broken.workflow.yaml'), broken),
    writeFile(join(cwd, 'caller.workflow.yaml'), calling),
    writeFile(join(cwd, 'asking.workflow.yaml'), asking),
    writeFile(join(cwd, 'answers.txt'), 'Ada\n\nwater\n2\n'),
    writeFile(join(cwd, 'few.txt'), 'Ada\n'),
  ]);
});
const run = (line: string, stdin?: string) =>
  crmflow(`run ${line} --ephemeral`, { cwd, ...(stdin !== undefined && { stdin }) });

describe('run in a pipe', () => {
  it('prints what the bot says and what may be chosen, and hears lines', async () => {
    const { code, stdout } = await run('greeting.workflow.yaml', 'Ada\n2\n');
    expect({ code, said: lines(stdout) }).toEqual({
      code: 0,
      said: [
        'Welcome to the shop, 2 seats.',
        'Your name?',
        'What will it be, Ada?',
        '  1. Tea',
        '  2. Coffee',
      ],
    });
  });

  it('says on stderr how it ended and what was learned, and nothing with --quiet', async () => {
    const { stderr } = await run('greeting.workflow.yaml', 'Ada\nTea\n');
    expect(stderr).toMatch(
      /Finished: served\. Learned:\n {2}shop +the shop\n(?:.*\n)* {2}name +Ada\n {2}drink +Tea/,
    );
    expect((await run('greeting.workflow.yaml --quiet', 'Ada\nTea\n')).stderr).toBe('');
  });

  it('makes a transcript of a file of answers, passing over its empty lines', async () => {
    const { code, stdout } = await run('greeting.workflow.yaml --answers answers.txt');
    expect(code).toBe(0);
    expect(lines(stdout).filter((line) => line.startsWith('>'))).toEqual(['> Ada', '> water', '> 2']);
    expect(lines(stdout).slice(0, 3)).toEqual(['Welcome to the shop, 2 seats.', 'Your name?', '> Ada']);
  });

  it('takes the same from stdin with --answers -', async () => {
    const [file, stdin] = await Promise.all([
      run('greeting.workflow.yaml --answers answers.txt'),
      run('greeting.workflow.yaml --answers -', 'Ada\n\nwater\n2\n'),
    ]);
    expect(stdin).toEqual(file);
  });

  it('ends with 3 when the answers are used up', async () => {
    const { code, stderr } = await run('greeting.workflow.yaml --answers few.txt');
    expect(code).toBe(3);
    expect(stderr).toContain('There is no answer left for ask_drink.');
  });

  it('runs a template by its id', async () => {
    const { code, stdout } = await run('feedback', '10\nThe people\nyes\n');
    expect(code).toBe(0);
    expect(lines(stdout).at(-1)).toBe('Thank you for your time. It makes us better.');
  });

  it('runs a file with the files it calls', async () => {
    const { code, stdout } = await run('caller.workflow.yaml', 'Ada\n');
    expect({ code, last: lines(stdout).at(-1) }).toEqual({ code: 0, last: 'Thanks, Ada.' });
  });

  it('ends with 130 when it is interrupted while it waits', async () => {
    const interruption = new AbortController();
    interruption.abort('SIGINT');
    const { code } = await crmflow('run greeting.workflow.yaml --ephemeral', {
      cwd,
      signal: interruption.signal,
    });
    expect(code).toBe(130);
  });

  it('drives a session that runs step by step', async () => {
    const { code, stdout } = await run('greeting.workflow.yaml --mode step', 'Ada\nTea\n');
    expect({ code, first: lines(stdout)[0] }).toEqual({ code: 0, first: 'Welcome to the shop, 2 seats.' });
  });
});

describe('run --json', () => {
  it('prints every event on a line, numbered without a gap', async () => {
    const { code, stdout } = await run('greeting.workflow.yaml --json', 'Ada\nTea\n');
    const events = lines(stdout).map((line) => JSON.parse(line) as { type: string; seq: number });
    expect(code).toBe(0);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, at) => at + 1));
    expect([events[0]!.type, events.at(-1)!.type]).toEqual(['session:started', 'workflow:finished']);
    expect(events.at(-1)).toMatchObject({
      outcome: 'served',
      sessionId: expect.any(String) as string,
      variables: { name: 'Ada', drink: 'Tea' },
    });
    expect(events.at(-1)).not.toHaveProperty('owner');
  });
});

describe('run --var', () => {
  it('reads values by the types that are declared', async () => {
    const vars = '--var shop=007 --var seats=4 --var drinks=["Milk"]';
    const { stdout } = await run(`greeting.workflow.yaml ${vars}`, 'Ada\nMilk\n');
    expect(lines(stdout)).toEqual(expect.arrayContaining(['Welcome to 007, 4 seats.', '  1. Milk']));
  });

  it.each([
    ['seats=many', '--var seats: many is not a number.'],
    ['drinks=tea', '--var drinks: a list is written as JSON.'],
    ['seats', '--var seats: write it as name=value.'],
    ['chairs=4', 'The workflow declares no input chairs. It takes: shop, seats, drinks.'],
  ])('refuses %s', async (pair, sentence) => {
    expect(await run(`greeting.workflow.yaml --var ${pair}`)).toEqual({
      code: 2,
      stdout: '',
      stderr: `error: ${sentence}\n`,
    });
  });
});

describe('what cannot run', () => {
  it('is told problem by problem, with node and field', async () => {
    const { code, stdout, stderr } = await run('broken.workflow.yaml');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^error: The workflow cannot run:\n/);
    expect(stderr).toMatch(/^ {2}error: ask, maxAttempts: /m);
    expect(stderr).toMatch(/^ {2}error: say, text: .*nobody/m);
    expect(stderr).toMatch(/^ {2}error: .*nowhere/m);
  });

  it.each([
    [
      'lead-qualificaton',
      1,
      /There is no file, workflow or template lead-qualificaton\. Did you mean lead-qualification\?/,
    ],
    ['missing.workflow.yaml', 2, /missing\.workflow\.yaml is not there\./],
    ['feedback --answers none.txt', 2, /none\.txt is not there\./],
    ['--resume nothing', 1, /There is no session with the id nothing\./],
    ['feedback --resume nothing', 2, /leave the workflow out/],
    ['feedback --mode slow', 2, /--mode is auto or step, not slow\./],
  ])('%s: exits %d and says what now', async (line, code, sentence) => {
    const heard = await run(line);
    expect(heard).toEqual({ code, stdout: '', stderr: expect.stringMatching(sentence) as string });
  });
});
