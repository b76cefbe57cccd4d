import { Command } from 'commander';
import { nouns } from './index.ts';

/** Every command with its options, arguments and verbs, in the order of `--help`; none of them does anything. */
export const commandTree = (): Promise<Command[]> =>
  Promise.all(
    nouns.map(async ({ name, load }) => {
      const command = new Command(name);
      (await load()).setup(command, async () => undefined);
      return command;
    }),
  );
