import { limitFrom } from '../pages.ts';
import { add, addFile, addPdf } from './kb/add.ts';
import { addUrl, countFrom } from './kb/add-url.ts';
import { evaluate, shareFrom } from './kb/evaluate.ts';
import { list, remove, rename, search, show, use } from './kb/keep.ts';
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
  describe(command.command('add-url'), 'Add web pages, or read on from them through their site.', [
    'crmflow kb add-url https://example.com/opening-hours',
    'crmflow kb add-url https://example.com --depth 2 --pages 100',
  ])
    .argument('<urls...>', 'their addresses')
    .option('--depth <n>', 'follow the links of the same site so far, 1 to 5', countFrom('--depth'))
    .option('--pages <n>', 'read so many pages of a site at most, 1 to 500', countFrom('--pages'))
    .action((urls, options) => act((context) => addUrl(context, urls, options)));
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
  describe(
    command.command('eval'),
    'Measure how well questions find what they should. Exit code 1 when a measure is below what is wanted.',
    ['crmflow kb eval questions.jsonl', 'crmflow kb eval questions.jsonl --min-recall5 0.9 --misses'],
  )
    .argument('<file>', 'a question a line: {"question": "…", "expects": ["…"]}')
    .option('--min-recall1 <share>', 'the least recall@1', shareFrom('--min-recall1'))
    .option('--min-recall5 <share>', 'the least recall@5', shareFrom('--min-recall5'))
    .option('--min-mrr <share>', 'the least MRR@10', shareFrom('--min-mrr'))
    .option('--min-ndcg <share>', 'the least nDCG@10', shareFrom('--min-ndcg'))
    .option('--misses', 'name the questions that find nothing they should among the first five')
    .action((file, options) => act((context) => evaluate(context, file, options)));
  describe(command.command('rename'), 'Give an item another name.', [
    'crmflow kb rename <item> "Prices of 2027"',
  ])
    .argument('<item>', 'its id')
    .argument('<name>', 'the new one')
    .action((id, name) => act((context) => rename(context, id, name)));
  describe(command.command('disable'), 'Keep an item, and let nothing be answered from it.', [
    'crmflow kb disable <item>',
  ])
    .argument('<item>', 'its id')
    .action((id) => act((context) => use(context, id, false)));
  describe(command.command('enable'), 'Let an item that was disabled be answered from again.', [
    'crmflow kb enable <item>',
  ])
    .argument('<item>', 'its id')
    .action((id) => act((context) => use(context, id, true)));
  describe(command.command('delete').alias('rm'), 'Delete an item.', ['crmflow kb delete <item> --yes'])
    .argument('<item>', 'its id')
    .option('--yes', 'without being asked')
    .action((id, options) => act((context) => remove(context, id, options)));
}
