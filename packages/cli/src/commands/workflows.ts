import { Option, type Command } from 'commander';
import { limitFrom } from '../pages.ts';
import { channels } from './workflows/channels.ts';
import { generate } from './workflows/generate.ts';
import { importBot } from './workflows/import.ts';
import { create, list, remove, show, update } from './workflows/keep.ts';
import { exportOne, graph, schema } from './workflows/print.ts';
import { pull, push } from './workflows/files.ts';
import { publish, unpublish } from './workflows/publish.ts';
import { report } from './workflows/report.ts';
import { test } from './workflows/test.ts';
import { validate } from './workflows/validate.ts';
import { describe, type Act, type Setup } from './index.ts';

const WHICH = 'a file, a name, an id or a template';

export const setup: Setup = (command, act) => {
  describe(command, 'Create, check and share workflows.', [
    'crmflow workflows create --from lead-qualification',
    'crmflow workflows validate flows/*.workflow.yaml',
    'crmflow workflows graph ./my.workflow.yaml',
    'crmflow workflows pull flows && git add flows',
  ]);
  keeping(command, act);
  publishing(command, act);
  printing(command, act);
  moving(command, act);
};

function keeping(command: Command, act: Act): void {
  describe(command.command('list').alias('ls'), 'List your workflows, newest change first.', [
    'crmflow workflows list',
    'crmflow workflows list --json',
  ])
    .option('--limit <n>', 'how many at most', limitFrom, 50)
    .action((options) => act((context) => list(context, options)));
  describe(command.command('show'), 'Show a workflow with its nodes and what is wrong with it.', [
    'crmflow workflows show "Lead qualification"',
  ])
    .argument('<workflow>', WHICH)
    .action((word) => act((context) => show(context, word)));
  describe(
    command.command('report'),
    'Count the sessions that were started on a workflow: how they ended, and which nodes they reached.',
    [
      'crmflow workflows report "After delivery"',
      'crmflow workflows report "After delivery" --since 2026-01-01 --until 2026-02-01 --json',
    ],
  )
    .argument('<workflow>', 'a name or an id')
    .option(
      '--since <time>',
      'started from this time on, 2026-01-31 or 2026-01-31T09:00Z; else in the last 30 days',
    )
    .option('--until <time>', 'started before this time; else until now')
    .action((word, options) => act((context) => report(context, word, options)));
  describe(command.command('create'), 'Make a workflow of a file or of a template.', [
    'crmflow workflows create ./my.workflow.yaml',
    'crmflow workflows create --from feedback --name "After delivery"',
  ])
    .argument('[file]', 'a workflow file')
    .option('--from <template>', 'a template, or a workflow of yours to copy')
    .option('--name <name>', 'what it is called; else as its file or template')
    .action((file, options) => act((context) => create(context, file, options)));
  describe(
    command.command('generate'),
    'Have a model draft a workflow, which then passes every check, with conversations that show it.',
    [
      'crmflow workflows generate "qualify leads for a solar installer" --output leads.workflow.yaml',
      'crmflow workflows generate "book tastings for a winery" --save',
    ],
  )
    .argument('<wish...>', 'what it is for, in your words')
    .option('--output <file>', 'write it there, with its conversations beside, instead of printing')
    .option('--save', 'keep it among your workflows as well')
    .action((words: string[], options) => act((context) => generate(context, words.join(' '), options)));
  describe(command.command('update'), 'Replace a workflow by what is in a file.', [
    'crmflow workflows update "After delivery" ./after-delivery.workflow.yaml',
  ])
    .argument('<workflow>', 'a name or an id')
    .argument('<file>', 'a workflow file')
    .action((word, file) => act((context) => update(context, word, file)));
  describe(command.command('delete').alias('rm'), 'Delete a workflow; its open sessions end.', [
    'crmflow workflows delete "After delivery" --yes',
  ])
    .argument('<workflow>', 'a name or an id')
    .option('--yes', 'without being asked')
    .action((word, options) => act((context) => remove(context, word, options)));
}

function publishing(command: Command, act: Act): void {
  describe(
    command.command('publish'),
    'Have conversations start on a workflow as it is saved now, whatever is saved later.',
    ['crmflow workflows publish "After delivery"'],
  )
    .argument('<workflow>', 'a name or an id')
    .action((word) => act((context) => publish(context, word)));
  describe(command.command('unpublish'), 'Have every save of a workflow count at once again.', [
    'crmflow workflows unpublish "After delivery"',
  ])
    .argument('<workflow>', 'a name or an id')
    .action((word) => act((context) => unpublish(context, word)));
}

function printing(command: Command, act: Act): void {
  describe(
    command.command('validate'),
    'Say what is wrong with workflows. Exit code 2 when one cannot run.',
    ['crmflow workflows validate ./my.workflow.yaml', 'crmflow workflows validate flows --json'],
  )
    .argument('<workflows...>', `${WHICH}, or a folder of files`)
    .action((words) => act((context) => validate(context, words)));
  describe(
    command.command('test'),
    'Replay the conversations beside workflow files, or of templates, without a network. Exit code 1 when one differs.',
    [
      'crmflow workflows test ./my.workflow.yaml',
      'crmflow workflows test flows --json',
      'crmflow workflows test feedback',
    ],
  )
    .argument(
      '<files...>',
      'workflow files, each with a *.conversations.yaml beside it, folders of them, or templates',
    )
    .action((words) => act((context) => test(context, words)));
  describe(command.command('graph'), 'Print a workflow as a Mermaid flowchart.', [
    'crmflow workflows graph lead-qualification > lead.mmd',
  ])
    .argument('<workflow>', WHICH)
    .action((word) => act((context) => graph(context, word)));
  describe(command.command('export'), 'Print a workflow as a file.', [
    'crmflow workflows export lead-qualification > my.workflow.yaml',
    'crmflow workflows export "After delivery" --format json --output after.workflow.json',
  ])
    .argument('<workflow>', WHICH)
    .addOption(new Option('--format <format>', 'of the file').choices(['yaml', 'json']))
    .option('--published', 'as it is published, whatever is saved')
    .option('--output <file>', 'write there instead of printing')
    .action((word, options) => act((context) => exportOne(context, word, options)));
  describe(
    command.command('channels'),
    'Print the addresses by which Twilio brings text messages, WhatsApp and calls to a workflow.',
    ['PUBLIC_URL=https://crm.example.com crmflow workflows channels "Lead qualification"'],
  )
    .argument('<workflow>', 'a name or an id')
    .action((word) => act((context) => channels(context, word)));
  describe(
    command.command('schema'),
    'Print the JSON Schema of workflow files, for completion in an editor.',
    ['crmflow workflows schema > workflow.schema.json'],
  ).action(() => act(schema));
}

function moving(command: Command, act: Act): void {
  describe(
    command.command('import'),
    'Make a workflow file of a bot that was exported from Typebot, and say what had no counterpart.',
    [
      'crmflow workflows import typebot-export.json > leads.workflow.yaml',
      'crmflow workflows import typebot-export.json --output leads.workflow.yaml',
    ],
  )
    .argument('<file>', 'what Export flow in Typebot has saved')
    .addOption(new Option('--format <format>', 'of the file').choices(['yaml', 'json']))
    .option('--output <file>', 'write there instead of printing')
    .action((file, options) => act((context) => importBot(context, file, options)));
  describe(command.command('pull'), 'Write all your workflows into a folder as files, to keep them in git.', [
    'crmflow workflows pull flows',
    'crmflow workflows pull flows --dry-run',
  ])
    .argument('[folder]', 'where the files are', '.')
    .addOption(new Option('--format <format>', 'of new files').choices(['yaml', 'json']).default('yaml'))
    .option('--dry-run', 'say what would be written over, and with what, and write nothing')
    .action((folder, options) => act((context) => pull(context, folder, options)));
  describe(
    command.command('push'),
    'Save files as workflows of their names: makes new ones, replaces those that differ.',
    ['crmflow workflows push flows --dry-run', 'crmflow workflows push ./my.workflow.yaml'],
  )
    .argument('[paths...]', 'files, or folders of files; else the working folder')
    .option('--drafts', 'also what cannot run: it is kept, and starts no conversation until it is mended')
    .option('--publish', 'and publish them, those that stay as they are too')
    .option('--dry-run', 'say what would be made or replaced, and save nothing')
    .action((paths, options) => act((context) => push(context, paths, options)));
}
