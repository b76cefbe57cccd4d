import { isIP } from 'node:net';
import { asked, newPassword, secretOf } from '../ask.ts';
import type { Context } from '../context.ts';
import { printable } from '../printable.ts';
import { keepProfile, readProfiles } from '../profiles.ts';
import { serverUrl } from '../reach.ts';
import { wrongUse } from '../wrong-use.ts';
import { describe, type Setup } from './index.ts';

interface LoginFlags {
  email?: string;
  register?: boolean;
  name?: string;
}

export const setup: Setup = (command, act) => {
  describe(command, 'Log in on a server: from then on commands work through it.', [
    'crmflow login --server https://crm.example.com',
    'crmflow login --register --server http://localhost:3001 --email ada@example.com',
    'crmflow login --email ada@example.com < password.txt',
    'crmflow login --server https://test.example.com --profile test',
  ])
    .option('--email <address>', 'your e-mail address; asked for when it is left out')
    .option('--register', 'make an account there first')
    .option('--name <name>', 'your name, when you register')
    .addHelpText('after', '\nThe password is asked for, or read from stdin; no flag takes it.')
    .action((flags) => act((context) => login(context, flags)));
};

async function login(context: Context, { email: given, register, name }: LoginFlags): Promise<void> {
  const { out, io, env, options } = context;
  if (name !== undefined && !register) throw wrongUse('--name belongs to --register.');
  const url = serverOf(context);
  if (isOpenToOthers(url)) out.talk(`${url} is no https address: others on the way can read your password.`);
  const email = given ?? (await asked(context, 'E-mail address:', '--email'));
  const password = register ? await newPassword(context) : await secretOf(context, 'Password');
  const { CRMFlow } = await import('@crmflow/sdk');
  const client = new CRMFlow({ url });
  const { token, user } = register
    ? await client.register({ email, password, ...(name !== undefined && { name }) })
    : await client.login({ email, password });
  const profile = options.profile ?? new URL(url).host;
  keepProfile({ ...io, env }, profile, { url, token, email: user.email });
  if (out.isJson) out.json({ profile, url, user });
  out.talk(
    `You are ${printable(user.email)} on ${url}. Commands work through it now; --local means this machine.`,
  );
}

/** Where to log in: what was said, else where one was logged in before. */
function serverOf({ io, env, options: { server, profile } }: Context): string {
  const kept = readProfiles({ ...io, env });
  const name = profile ?? kept.current;
  const before = name !== null && Object.hasOwn(kept.profiles, name) ? kept.profiles[name]!.url : undefined;
  const url = server ?? (profile === undefined ? env.CRMFLOW_URL || before : before);
  if (url === undefined) throw wrongUse('Say where: crmflow login --server http://localhost:3001');
  return serverUrl(url);
}

function isOpenToOthers(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  const isLoopback =
    hostname === 'localhost' || hostname === '[::1]' || (isIP(hostname) === 4 && hostname.startsWith('127.'));
  return protocol === 'http:' && !isLoopback;
}
