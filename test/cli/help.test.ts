import { describe, expect, it } from 'vitest';
import { nouns } from '../../packages/cli/src/commands/index.ts';
import { crmflow } from './kit.ts';

describe('help', () => {
  it('is what one gets without a command', async () => {
    const [bare, asked] = await Promise.all([crmflow([]), crmflow('--help')]);
    expect(bare).toEqual(asked);
    expect(bare).toMatchObject({ code: 0, stderr: '' });
  });

  it('lists every command', async () => {
    const { stdout } = await crmflow('--help');
    for (const { name, summary } of nouns) expect(stdout).toMatch(new RegExp(`^ +${name} +${summary}$`, 'm'));
  });

  it.each([
    [],
    ['run'],
    ['workflows'],
    ['workflows', 'push'],
    ['sessions', 'export'],
    ['logs', 'list'],
    ['serve'],
    ['login'],
    ['call'],
    ['kb', 'add-pdf'],
    ['keys', 'set'],
  ])('puts examples before anything else: %s %s', async (...command) => {
    const { code, stdout } = await crmflow([...command, '--help']);
    expect(code).toBe(0);
    const [, blank, heading, example] = stdout.split('\n');
    expect([blank, heading]).toEqual(['', 'Examples:']);
    expect(example).toMatch(new RegExp(`crmflow ${command.join(' ')}`));
  });

  it('is the same by `help run` and `run --help`', async () => {
    const [a, b] = await Promise.all([crmflow('help run'), crmflow('run --help')]);
    expect(a).toEqual(b);
  });

  it('names the options that work everywhere, everywhere', async () => {
    const { stdout } = await crmflow('sessions list --help');
    for (const option of [
      ...['--data-dir', '--database-url', '--ephemeral', '--json', '--quiet'],
      ...['--server', '--profile', '--local'],
    ])
      expect(stdout).toContain(option);
  });
});

describe('what was typed wrong', () => {
  it.each([
    ['wrokflows list', "error: unknown command 'wrokflows'\n(Did you mean workflows?)\n"],
    ['workflows exprot x', "error: unknown command 'exprot'\n(Did you mean export?)\n"],
    ['run x --anwers y', "error: unknown option '--anwers'\n(Did you mean --answers?)\n"],
    ['run', 'error: Say what to run: a file, a name, an id or a template. See: crmflow templates list\n'],
    ['workflows list --limit many', 'error: --limit many: write a whole number from 1.\n'],
    ['serve --ephemeral --port 99999', 'error: The port 99999 is no number from 0 to 65535.\n'],
    [
      'workflows list --data-dir a --database-url b',
      'error: --data-dir and --database-url name two places. Give one of them.\n',
    ],
  ])('%s: says what was meant and exits 2', async (line, stderr) => {
    expect(await crmflow(line)).toEqual({ code: 2, stdout: '', stderr });
  });

  it('says it as JSON when JSON is spoken', async () => {
    const { code, stdout, stderr } = await crmflow('run --json');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'invalid_input' } });
  });
});
