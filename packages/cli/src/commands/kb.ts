import { limitFrom } from '../pages.ts';
import { add, addFile, addPdf, addVoice } from './kb/add.ts';
import { addUrl, countFrom } from './kb/add-url.ts';
import { evaluate, shareFrom } from './kb/evaluate.ts';
import { list, remove, rename, search, show, update, use } from './kb/keep.ts';
import { WHICH } from './kb/which.ts';
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
    .option('--replace', REPLACE)
    .action((question, answer, options) => act((context) => add(context, question, answer, options)));
  describe(command.command('add-pdf'), 'Add PDFs.', [
    'crmflow kb add-pdf ./price-list.pdf',
    'crmflow kb add-pdf ./price-list.pdf --replace',
    'crmflow kb add-pdf ./contract.pdf --password',
  ])
    .argument('<files...>', 'the PDFs')
    .option('--password', 'they have a password: asked for, or read from stdin')
    .option('--replace', REPLACE)
    .action((files, options) => act((context) => addPdf(context, files, options)));
  describe(command.command('add-url'), 'Add web pages, or read on from them through their site.', [
    'crmflow kb add-url https://example.com/opening-hours',
    'crmflow kb add-url https://example.com --depth 2 --pages 100',
  ])
    .argument('<urls...>', 'their addresses')
    .option('--depth <n>', 'follow the links of the same site so far, 1 to 5', countFrom('--depth'))
    .option('--pages <n>', 'read so many pages of a site at most, 1 to 500', countFrom('--pages'))
    .action((urls, options) => act((context) => addUrl(context, urls, options)));
  describe(command.command('add-file'), 'Add text, Markdown or HTML files.', [
    'crmflow kb add-file ./handbook.md',
    'crmflow kb add-file ./returns.md ./delivery.md --replace',
  ])
    .argument('<files...>', 'the files')
    .option('--replace', REPLACE)
    .action((files, options) => act((context) => addFile(context, files, options)));
  describe(command.command('add-voice'), 'Add what is said in recordings.', [
    'crmflow kb add-voice ./call.mp3',
  ])
    .argument('<files...>', 'the recordings: .mp3, .wav, .m4a, .ogg, .flac or .webm')
    .option('--replace', REPLACE)
    .action((files, options) => act((context) => addVoice(context, files, options)));
}
const REPLACE = 'delete the older item of this type and name once it is there';

function keeping(command: Command, act: Act): void {
  describe(command.command('list').alias('ls'), 'List what there is, newest first.', ['crmflow kb list'])
    .option('--limit <n>', 'how many at most', limitFrom, 50)
    .action((options) => act((context) => list(context, options)));
  describe(command.command('show'), 'Show an item with its text.', ['crmflow kb show <item>'])
    .argument('<item>', WHICH)
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
    .argument('<item>', WHICH)
    .argument('<name>', 'the new one')
    .action((id, name) => act((context) => rename(context, id, name)));
  describe(command.command('update'), 'Give a question another answer.', [
    'crmflow kb update "When are you open?" --answer "Monday to Friday, 9 to 18."',
  ])
    .argument('<item>', WHICH)
    .requiredOption('--answer <text>', 'the new one')
    .action((word, options) => act((context) => update(context, word, options)));
  describe(command.command('disable'), 'Keep an item, and let nothing be answered from it.', [
    'crmflow kb disable <item>',
  ])
    .argument('<item>', WHICH)
    .action((id) => act((context) => use(context, id, false)));
  describe(command.command('enable'), 'Let an item that was disabled be answered from again.', [
    'crmflow kb enable <item>',
  ])
    .argument('<item>', WHICH)
    .action((id) => act((context) => use(context, id, true)));
  describe(command.command('delete').alias('rm'), 'Delete an item.', ['crmflow kb delete <item> --yes'])
    .argument('<item>', WHICH)
    .option('--yes', 'without being asked')
    .action((id, options) => act((context) => remove(context, id, options)));
}
