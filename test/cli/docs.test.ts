import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { commandTree } from '../../packages/cli/src/commands/tree.ts';
import { crmflow } from './kit.ts';

const document = readFileSync(fileURLToPath(new URL('../../docs/cli.md', import.meta.url)), 'utf8');

/** Every command with its arguments and what it does, as its own help has it. */
async function commands(): Promise<{ line: string; summary: string; options: string[] }[]> {
  const tree = await commandTree();
  return tree.flatMap((command) => {
    const verbs = command.commands.length ? command.commands : [command];
    return verbs.map((verb) => {
      const names = verb === command ? [command.name()] : [command.name(), verb.name()];
      return {
        line: [...names, ...verb.registeredArguments.map(wordOf)].join(' '),
        summary: verb.summary(),
        options: verb.options.flatMap(({ long }) => long ?? []),
      };
    });
  });
}
const wordOf = (argument: { required: boolean; variadic: boolean; name(): string }) => {
  const word = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return argument.required ? `<${word}>` : `[${word}]`;
};

/** The rows of the table of commands, without the spaces that line it up. */
const rows = document
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, command, summary, options]) => ({
    line: command!.replaceAll('`', ''),
    summary,
    options: options!.split(/[\s,`]+/).filter(Boolean),
  }));

describe('docs/cli.md', () => {
  it('lists every command with what it does and its options, and no other', async () => {
    expect(rows).toEqual(await commands());
  });

  it('names the options that every command takes', async () => {
    const { stdout } = await crmflow('--help');
    for (const [, option] of stdout.matchAll(/^ {2}(--[a-z-]+)/gm)) expect(document).toContain(`\`${option}`);
  });

  it('shows commands that are understood', async () => {
    const shown = [...document.matchAll(/^crmflow (.+?)(?: +#.*| [<|>].*)?$/gm)].map(([, line]) => line!);
    expect(shown.length).toBeGreaterThan(10);
    const known = await commands();
    for (const line of shown) {
      const words = line.split(' ');
      const found = known.find(({ line: each }) => {
        const names = each.split(' ').filter((word) => /^[a-z]/.test(word));
        return names.every((name, at) => words[at] === name);
      });
      expect([line, found !== undefined]).toEqual([line, true]);
      const { stdout } = await crmflow([
        ...found!.line.split(' ').filter((word) => /^[a-z]/.test(word)),
        '--help',
      ]);
      for (const [option] of line.matchAll(/(?<= )--[a-z-]+/g)) expect(stdout).toContain(option);
    }
  });
});
