import type { Command } from 'commander';
import { limitFrom } from '../pages.ts';
import { create, update } from './contacts/change.ts';
import { importAll } from './contacts/import.ts';
import { erase, exportAll, list, show } from './contacts/keep.ts';
import { describe, type Setup } from './index.ts';

const WHICH = 'an id, an e-mail address or a phone number';

export const setup: Setup = (command, act) => {
  describe(command, 'Keep the people your conversations are with.', [
    'crmflow contacts list --tag lead',
    'crmflow contacts create --name "Ada Lovelace" --email ada@example.com --field company=Analytical',
    'crmflow contacts show ada@example.com',
    'crmflow contacts export > contacts.csv',
  ]);
  describe(command.command('list').alias('ls'), 'List your contacts, newest first.', [
    'crmflow contacts list --tag lead',
    'crmflow contacts list --search ada',
  ])
    .option('--tag <tag>', 'only those with this tag')
    .option('--search <text>', 'only those whose name, e-mail address or phone number begins so')
    .option('--limit <n>', 'how many at most', limitFrom, 50)
    .action((options) => act((context) => list(context, options)));
  describe(command.command('show'), 'Show a contact with the conversations they had.', [
    'crmflow contacts show ada@example.com',
  ])
    .argument('<contact>', WHICH)
    .action((word) => act((context) => show(context, word)));
  describing(command.command('create'), 'Add a contact.', [
    'crmflow contacts create --name "Ada Lovelace" --email ada@example.com --tag lead',
    'crmflow contacts create --phone +4930123456 --consent sms=granted',
  ]).action((options) => act((context) => create(context, options)));
  describing(command.command('update'), 'Change what you say of a contact; nothing after = takes it away.', [
    'crmflow contacts update ada@example.com --field company=Analytical --untag lead',
    'crmflow contacts update ada@example.com --consent email=withdrawn',
  ])
    .argument('<contact>', WHICH)
    .option('--untag <tag>', 'take a tag away; may be repeated', collect)
    .action((word, options) => act((context) => update(context, word, options)));
  describe(
    command.command('import'),
    'Import people from a CSV file; whoever is there by their address is changed.',
    ['crmflow contacts import people.csv', 'crmflow contacts import people.csv --country DE'],
  )
    .argument('<file>', 'CSV, the first line names the columns: name, email, phone, tags, company, …')
    .option('--country <code>', 'where numbers without + are from, ISO 3166: DE')
    .action((file, options) => act((context) => importAll(context, file, options)));
  describe(command.command('export'), 'Export your contacts as CSV.', [
    'crmflow contacts export > contacts.csv',
    'crmflow contacts export --tag lead > leads.csv',
  ])
    .option('--tag <tag>', 'only those with this tag')
    .action((options) => act((context) => exportAll(context, options)));
  describe(command.command('erase'), 'Erase a contact with every conversation they had.', [
    'crmflow contacts erase ada@example.com --yes',
  ])
    .argument('<contact>', WHICH)
    .option('--yes', 'without being asked')
    .action((word, options) => act((context) => erase(context, word, options)));
};

/** What may be said of a contact. */
const describing = (command: Command, summary: string, examples: readonly string[]): Command =>
  describe(command, summary, examples)
    .option('--name <name>', 'what they are called')
    .option('--email <address>', 'their e-mail address')
    .option('--phone <number>', 'their phone number: +4930123456')
    .option('--time-zone <zone>', 'where they are: Europe/Berlin')
    .option('--language <language>', 'what they speak: de-DE')
    .option('--field <name=value>', 'what else is known; may be repeated', collect)
    .option('--tag <tag>', 'add a tag; may be repeated', collect)
    .option(
      '--consent <channel=state>',
      'sms, whatsapp, email or call: granted or withdrawn; may be repeated',
      collect,
    );

const collect = (value: string, before: string[] = []) => [...before, value];
