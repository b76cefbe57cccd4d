import { mustAgree, newPassword } from '../ask.ts';
import type { Context } from '../context.ts';
import { printList, timeText } from '../list.ts';
import { limitFrom } from '../pages.ts';
import { wrongUse } from '../wrong-use.ts';
import { describe, type Setup } from './index.ts';

export const setup: Setup = (command, act) => {
  describe(command, 'Manage the accounts, as whoever runs this installation.', [
    'crmflow users list',
    'crmflow users create ada@example.com',
    'crmflow users update local --email me@example.com --password',
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
  describe(
    command.command('update'),
    'Change an account: a password that was forgotten, an address, a name.',
    [
      'crmflow users update ada@example.com --password',
      'crmflow users update local --email me@example.com --password',
    ],
  )
    .argument(
      '<user>',
      'an e-mail address or an id; local is the owner of what commands on this machine make',
    )
    .option('--email <email>', 'the new e-mail address to log in with')
    .option('--name <name>', 'what the person is called')
    .option('--password', 'a new one, which is asked for, or read from stdin; every older login ends')
    .action((id, options) => act((context) => update(context, id, options)));
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

interface Changes {
  email?: string;
  name?: string;
  password?: true;
}
async function update(context: Context, id: string, { email, name, password }: Changes): Promise<void> {
  if (email === undefined && name === undefined && !password)
    throw wrongUse('Say what is to change: --email, --name or --password.');
  const { api } = await context.open();
  const user = await api.users.update({
    id,
    ...(email !== undefined && { email }),
    ...(name !== undefined && { name }),
    ...(password && { password: await newPassword(context) }),
  });
  if (context.out.isJson) context.out.json(user);
  else context.out.line(user.id);
  context.out.talk(`${user.email} is changed.`);
}

async function remove(context: Context, id: string, { yes }: { yes?: boolean }): Promise<void> {
  const { api } = await context.open();
  if (!(await mustAgree(context, yes, `Delete the account ${id} with all that is kept in it?`))) return;
  await api.users.remove({ id });
  context.out.done(`The account ${id} is deleted.`, { deleted: id });
}
