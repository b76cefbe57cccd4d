import { callOn, entryNamed, operations } from './call/operations.ts';
import { inputFrom } from './call/input.ts';
import { manual, operationList } from './call/manual.ts';
import type { Context } from '../context.ts';
import { describe, type Setup } from './index.ts';

export const setup: Setup = (command, act) => {
  describe(command, 'Call any operation, as a program would; it answers in JSON.', [
    'crmflow call',
    'crmflow call workflows.create --help',
    'crmflow call workflows.list limit=5',
    `crmflow call workflows.create --json-input '{"name": "Callback"}'`,
    'crmflow call knowledge.pdf file=@price-list.pdf',
    'crmflow call workflows.create - < workflow.json',
  ])
    .argument('[operation]', 'as in the list; without one, the list')
    .argument('[input...]', 'name=value, name=@file for an upload, - for JSON from stdin')
    .option('--json-input <json>', 'the whole input as JSON; what is given as name=value goes on top')
    .addHelpText('after', ({ command: { args } }) => {
      // What is no operation is the flag that asked for help.
      const name = args.find((word) => !word.startsWith('-'));
      return `\n${name === undefined ? operationList() : manual(name)}`;
    })
    .action((name: string | undefined, words: string[], options: { jsonInput?: string }) =>
      act((context) => (name === undefined ? list(context) : call(context, name, { words, ...options }))),
    );
};

async function list({ out }: Context): Promise<void> {
  const items = operations();
  if (out.isJson) return out.json({ items });
  await out.table(
    ['operation', 'what it does'],
    items.map(({ name, summary }) => [name, summary]),
  );
  out.talk('More of one: crmflow call workflows.create --help');
}

async function call(
  context: Context,
  name: string,
  given: { words: string[]; jsonInput?: string },
): Promise<void> {
  const entry = entryNamed(name);
  const input = await inputFrom(entry, given, context.io);
  const { api } = await context.open();
  context.out.json(await callOn(api, entry, input));
}
