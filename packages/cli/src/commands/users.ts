import { mustAgree, newPassword } from '../ask.ts';
import type { Context } from '../context.ts';
import { printList, timeText } from '../list.ts';
import { limitFrom } from '../pages.ts';
import { describe, type Setup } from './index.ts';

export const setup: Setup = (command, act) => {
  describe(command, 'Manage the accounts, as whoever runs this installation.', [
    'crmflow users list',
    'crmflow users create ada@example.com',
    'crmflow users delete ada@example.com --yes',
  ]);
  describe(command.command('list').alias('ls'), 'List the accounts, newest first.', ['crmflow users list'])
    .option('--limit <n>', 'how many at most', limitFrom, 50)
    .action((options) => act((context) => list(context, options)));
  describe(command.command('create'), 'Create an account, also while registration is closed.', [
    'crmflow users create ada@example.com --name Ada',
    'crmflow users create ada@example.com < password.txt',
  ])
    .argument('<email>', 'the e-mail address to log in with')
    .option('--name <name>', 'what the person is called')
    .addHelpText('after', '\nThe password is asked for, or read from stdin; no flag takes it.')
    .action((email, options) => act((context) => create(context, email, options)));
  describe(command.command('delete').alias('rm'), 'Delete an account with all that is kept in it.', [
    'crmflow users delete ada@example.com --yes',
  ])
    .argument('<user>', 'an e-mail address or an id')
    .option('--yes', 'without being asked')
    .action((id, options) => act((context) => remove(context, id, options)));
};

async function list(context: Context, { limit }: { limit: number }): Promise<void> {
  const { api } = await context.open();
  await printList(context, {
    limit,
    read: api.users.list,
    head: ['id', 'e-mail', 'name', 'since'],
    row: ({ id, email, name, createdAt }) => [id, email, name, timeText(createdAt, context.out.isTerminal)],
    none: 'There are no accounts yet. Make one: crmflow users create ada@example.com',
  });
}

async function create(context: Context, email: string, { name }: { name?: string }): Promise<void> {
  const { api } = await context.open();
  const password = await newPassword(context);
  const user = await api.users.create({ email, password, ...(name !== undefined && { name }) });
  if (context.out.isJson) context.out.json(user);
  else context.out.line(user.id);
  context.out.talk(`${user.email} may log in now.`);
}

async function remove(context: Context, id: string, { yes }: { yes?: boolean }): Promise<void> {
  const { api } = await context.open();
  if (!(await mustAgree(context, yes, `Delete the account ${id} with all that is kept in it?`))) return;
  await api.users.remove({ id });
  context.out.done(`The account ${id} is deleted.`, { deleted: id });
}
