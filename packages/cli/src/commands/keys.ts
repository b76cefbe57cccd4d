import { mustAgree, secretsOf } from '../ask.ts';
import type { Context } from '../context.ts';
import { printList, timeText } from '../list.ts';
import { limitFrom } from '../pages.ts';
import { describe, type Setup } from './index.ts';

export const setup: Setup = (command, act) => {
  describe(command, 'Keep the keys of services your workflows use, sealed.', [
    'crmflow keys set gemini',
    'crmflow keys set twilio',
    'crmflow keys set http:crm --host api.example.com < key.txt',
    'crmflow keys list',
  ]);
  describe(command.command('set'), 'Store the key of a service; replaces the one before.', [
    'crmflow keys set gemini',
    'crmflow keys set http:crm --host api.example.com < key.txt',
    'crmflow keys set salesforce --part host --part accessToken',
  ])
    .argument('<service>', 'gemini, openai, twilio, smtp, …, or http:<name> for a service of your own')
    .option('--host <host>', 'the only host the key of http:<name> may be sent to')
    .option('--part <name>', 'a named part of a key that has several; may be repeated', collect)
    .addHelpText('after', '\nThe key is asked for, or read from stdin, one part a line; no flag takes it.')
    .action((service, options) => act((context) => set(context, service, options)));
  describe(command.command('list').alias('ls'), 'List the services you have stored keys for.', [
    'crmflow keys list --json',
  ])
    .option('--limit <n>', 'how many at most', limitFrom, 50)
    .action((options) => act((context) => list(context, options)));
  describe(command.command('test'), 'Try a stored key out; it costs nothing.', [
    'crmflow keys test gemini',
    'crmflow keys test twilio',
  ])
    .argument('<service>', 'gemini, openai or twilio')
    .action((service) => act((context) => test(context, service)));
  describe(command.command('delete').alias('rm'), 'Delete the key of a service.', [
    'crmflow keys delete gemini --yes',
  ])
    .argument('<service>', 'as in the list')
    .option('--yes', 'without being asked')
    .action((service, options) => act((context) => remove(context, service, options)));
  describe(
    command.command('rotate'),
    'Seal every stored key anew with the present ENCRYPTION_KEY; the one before is ENCRYPTION_KEY_PREVIOUS.',
    ['crmflow keys rotate'],
  ).action(() => act(rotate));
};
const collect = (value: string, before: string[] = []) => [...before, value];

/** What the key of a service consists of, where it is more than one text. */
const PARTS: Record<string, readonly string[]> = {
  twilio: ['accountSid', 'authToken'],
  smtp: ['host', 'port', 'from', 'user', 'pass'],
  pipedrive: ['company', 'apiToken'],
  salesforce: ['host', 'clientId', 'clientSecret'],
};

async function set(
  context: Context,
  service: string,
  {
    host,
    part = Object.hasOwn(PARTS, service) ? PARTS[service]! : [],
  }: { host?: string; part?: readonly string[] },
): Promise<void> {
  const { api } = await context.open();
  const secrets = await secretsOf(context, part.length ? part : ['Key']);
  const key = part.length ? Object.fromEntries(part.map((name, at) => [name, secrets[at]!])) : secrets[0]!;
  const stored = await api.keys.set({ service, key, ...(host !== undefined && { host }) });
  if (context.out.isJson) context.out.json(stored);
  context.out.talk(`The key for ${stored.service} is stored. It ends in ${stored.lastFour || '…'}.`);
}

async function list(context: Context, { limit }: { limit: number }): Promise<void> {
  const { api } = await context.open();
  await printList(context, {
    limit,
    read: api.keys.list,
    head: ['service', 'ends in', 'host', 'changed'],
    row: ({ service, lastFour, host, updatedAt }) => [
      service,
      lastFour,
      host,
      timeText(updatedAt, context.out.isTerminal),
    ],
    none: 'There are no keys yet. Store one: crmflow keys set gemini',
  });
}

async function test(context: Context, service: string): Promise<void> {
  const { api } = await context.open();
  const tested = await api.keys.test({ service });
  const answers = tested.model === undefined ? '' : ` Unless told otherwise, ${tested.model} answers.`;
  context.out.done(`The key for ${service} works.${answers}`, tested);
}

async function remove(context: Context, service: string, { yes }: { yes?: boolean }): Promise<void> {
  const { api } = await context.open();
  if (!(await mustAgree(context, yes, `Delete the key for ${service}?`))) return;
  await api.keys.remove({ service });
  context.out.done(`The key for ${service} is deleted.`, { deleted: service });
}

async function rotate(context: Context): Promise<void> {
  const { out } = context;
  const { api } = await context.open();
  const counted = await api.keys.rotate({});
  if (out.isJson) return out.json(counted);
  out.line(`${counted.rotated} sealed anew, ${counted.current} were already.`);
}
