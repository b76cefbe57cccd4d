import type { Context } from '../context.ts';
import { chooseProfile, forgetProfile, readProfiles } from '../profiles.ts';
import { describe, type Setup } from './index.ts';

export const setup: Setup = (command, act) => {
  describe(command, 'See and choose the servers you are logged in on.', [
    'crmflow profiles list',
    'crmflow profiles use test',
    'crmflow workflows list --profile test',
  ]);
  describe(command.command('list').alias('ls'), 'List the logins; a star marks the one in use.', [
    'crmflow profiles list',
  ]).action(() => act(list));
  describe(command.command('use'), 'Work through this login from now on.', ['crmflow profiles use test'])
    .argument('<profile>', 'its name')
    .action((name) => act((context) => use(context, name)));
  describe(command.command('remove').alias('rm'), 'Forget a login.', ['crmflow profiles remove test'])
    .argument('<profile>', 'its name')
    .action((name) => act((context) => remove(context, name)));
};

const placeOf = ({ io, env }: Context) => ({ ...io, env });

async function list(context: Context): Promise<void> {
  const { out } = context;
  const { current, profiles } = readProfiles(placeOf(context));
  // Without the tokens: what is listed is shown around.
  const items = Object.entries(profiles).map(([name, { url, email }]) => ({
    name,
    url,
    email,
    isCurrent: name === current,
  }));
  if (out.isJson) return out.json({ items });
  if (!items.length)
    return out.talk('There is no login. Make one: crmflow login --server http://localhost:3001');
  await out.table(
    ['', 'profile', 'server', 'as'],
    items.map(({ name, url, email, isCurrent }) => [isCurrent ? '*' : '', name, url, email]),
  );
}

function use(context: Context, name: string): void {
  const { url, email } = chooseProfile(placeOf(context), name);
  if (context.out.isJson) context.out.json({ profile: name, url, email });
  context.out.talk(`Commands work through ${url} now, as ${email}.`);
}

function remove(context: Context, name: string): void {
  const { url } = forgetProfile(placeOf(context), name);
  if (context.out.isJson) context.out.json({ profile: name, url });
  context.out.talk(`The login on ${url} is forgotten here.`);
}
