import { limitFrom } from '../pages.ts';
import { add, addFile, addPdf, addUrl } from './kb/add.ts';
import { list, remove, search, show } from './kb/keep.ts';
import { describe, type Act, type Setup } from './index.ts';
import type { Command } from 'commander';

export const setup: Setup = (command, act) => {
  describe(command, 'Keep what your workflows may answer from.', [
    'crmflow kb add "When are you open?" "Monday to Friday, 9 to 17."',
    'crmflow kb add-pdf ./price-list.pdf',
    'crmflow kb add-url https://example.com/opening-hours',
    'crmflow kb search "open on Saturday"',
  ]);
  adding(command, act);
  keeping(command, act);
};

function adding(command: Command, act: Act): void {
  describe(command.command('add'), 'Add a question and its answer.', [
    'crmflow kb add "When are you open?" "Monday to Friday, 9 to 17."',
  ])
    .argument('<question>', 'as people ask it')
    .argument('<answer>', 'what to answer')
    .action((question, answer) => act((context) => add(context, question, answer)));
  describe(command.command('add-pdf'), 'Add a PDF.', [
    'crmflow kb add-pdf ./price-list.pdf',
    'crmflow kb add-pdf ./contract.pdf --password',
  ])
    .argument('<file>', 'the PDF')
    .option('--password', 'it has a password: asked for, or read from stdin')
    .action((file, options) => act((context) => addPdf(context, file, options)));
  describe(command.command('add-url'), 'Add a web page.', [
    'crmflow kb add-url https://example.com/opening-hours',
  ])
    .argument('<url>', 'its address')
    .action((url) => act((context) => addUrl(context, url)));
  describe(command.command('add-file'), 'Add a text, Markdown or HTML file.', [
    'crmflow kb add-file ./handbook.md',
  ])
    .argument('<file>', 'the file')
    .action((file) => act((context) => addFile(context, file)));
}

function keeping(command: Command, act: Act): void {
  describe(command.command('list').alias('ls'), 'List what there is, newest first.', ['crmflow kb list'])
    .option('--limit <n>', 'how many at most', limitFrom, 50)
    .action((options) => act((context) => list(context, options)));
  describe(command.command('show'), 'Show an item with its text.', ['crmflow kb show <item>'])
    .argument('<item>', 'its id')
    .action((id) => act((context) => show(context, id)));
  describe(command.command('search'), 'Search, best passage first.', [
    'crmflow kb search "open on Saturday"',
    'crmflow kb search delivery --limit 1 --json',
  ])
    .argument('<words...>', 'what to look for')
    .option('--limit <n>', 'how many at most', limitFrom, 5)
    .action((words, options) => act((context) => search(context, words, options)));
  describe(command.command('delete').alias('rm'), 'Delete an item.', ['crmflow kb delete <item> --yes'])
    .argument('<item>', 'its id')
    .option('--yes', 'without being asked')
    .action((id, options) => act((context) => remove(context, id, options)));
}
