import { limitFrom } from '../pages.ts';
import { collect, run, type RunOptions } from './run.ts';
import { end, list, remove, show, showArchived } from './sessions/keep.ts';
import { handBack, reply } from './sessions/person.ts';
import { record } from './sessions/record.ts';
import { start } from './sessions/start.ts';
import { watch } from './sessions/watch.ts';
import { exportAll } from './sessions/export.ts';
import { describe, type Setup } from './index.ts';

export const setup: Setup = (command, act) => {
  describe(command, 'Read, resume and export conversations.', [
    'crmflow sessions list --status waiting',
    'crmflow sessions show <session>',
    'crmflow sessions resume <session>',
    'crmflow sessions export --csv > leads.csv',
  ]);
  describe(command.command('list').alias('ls'), 'List the sessions of your workflows, newest first.', [
    'crmflow sessions list --workflow "Lead qualification" --status finished',
  ])
    .option('--workflow <workflow>', 'only of this workflow: a file, a name, an id or a template')
    .option('--status <status>', 'only running, waiting, finished or failed ones')
    .option(
      '--waiting-for <whom>',
      'only those that stand still for a message, a time, a client, a person or a webhook',
    )
    .option('--limit <n>', 'how many at most', limitFrom, 50)
    .action((options) => act((context) => list(context, options)));
  describe(command.command('show'), 'Show a session: what was said, what it learned, where it stands.', [
    'crmflow sessions show <session>',
    'crmflow sessions show <session> --archive /var/lib/crmflow/archive',
  ])
    .argument('<session>', 'its id')
    .option('--archive <path>', 'one that has gone from the data: a file of the archive, or its folder')
    .action((id, { archive }) =>
      act((context) => (archive === undefined ? show(context, id) : showArchived(context, id, archive))),
    );
  describe(
    command.command('start'),
    'Start a conversation that nobody sits at: with a contact, who is written to where you say how.',
    [
      'crmflow sessions start "Appointment reminder" --contact ada@example.com --by sms --from +4930901820',
      'crmflow sessions start "Nightly report" --var day=2026-03-02',
    ],
  )
    .argument('<workflow>', 'a name, an id or a template')
    .option('--contact <contact>', 'whom it is with: an id, an e-mail address or a phone number')
    .option('--by <channel>', 'write to their number: sms or whatsapp')
    .option('--from <number>', 'the number of yours that writes')
    .option('--var <name=value>', 'give an input the workflow declares; may be repeated', collect)
    .option('--draft', 'on what is saved of a workflow of yours, though another version is published')
    .action((word, options) => act((context) => start(context, word, options)));
  describe(command.command('resume'), 'Go on with a conversation where it was left.', [
    'crmflow sessions resume <session>',
  ])
    .argument('<session>', 'its id')
    .option('--answers <file>', 'take the answers from a file, one a line; - is stdin')
    .action((resume: string, options: Pick<RunOptions, 'answers'>) =>
      act((context) => run(context, undefined, { resume, ...options })),
    );
  describe(command.command('export'), 'Export sessions with all they learned and all that was said.', [
    'crmflow sessions export --csv > leads.csv',
    'crmflow sessions export --workflow "Lead qualification" --json',
  ])
    .argument('[sessions...]', 'their ids; else all')
    .option('--csv', 'a row per session, its variables as columns')
    .option('--workflow <workflow>', 'only of this workflow: a file, a name, an id or a template')
    .option('--status <status>', 'only running, waiting, finished or failed ones')
    .action((ids, options) => act((context) => exportAll(context, ids, options)));
  describe(
    command.command('record'),
    'Write a conversation down as a test of its workflow: what was said, how it ended, what it learned.',
    [
      'crmflow sessions record <session> >> my.conversations.yaml',
      'crmflow sessions record <session> --name "a lead from Austria" >> my.conversations.yaml',
    ],
  )
    .argument('<session>', 'its id')
    .option('--name <name>', 'what the conversation shows')
    .action((id, options) => act((context) => record(context, id, options)));
  describe(command.command('watch'), 'Hear who waits for a person and what they say, until Ctrl-C.', [
    'crmflow sessions watch',
    'crmflow sessions watch --json',
  ]).action(() => act(watch));
  describe(command.command('reply'), 'Answer the visitor of a session that was handed over to you.', [
    'crmflow sessions reply <session> "I have found your order."',
  ])
    .argument('<session>', 'its id')
    .argument('<words...>', 'what to say')
    .action((id, words: string[]) => act((context) => reply(context, id, words.join(' '))));
  describe(command.command('hand-back'), 'Give a session that was handed over back to its workflow.', [
    'crmflow sessions hand-back <session>',
    'crmflow sessions hand-back <session> --port ticket --say "My colleagues go on."',
  ])
    .argument('<session>', 'its id')
    .option('--port <port>', 'the way on; out when left out')
    .option('--say <text>', 'what to say before')
    .action((id, options) => act((context) => handBack(context, id, options)));
  describe(command.command('end'), 'End a session.', ['crmflow sessions end <session>'])
    .argument('<session>', 'its id')
    .action((id) => act((context) => end(context, id)));
  describe(command.command('delete').alias('rm'), 'Erase a session with all that was said.', [
    'crmflow sessions delete <session> --yes',
  ])
    .argument('<session>', 'its id')
    .option('--yes', 'without being asked')
    .action((id, options) => act((context) => remove(context, id, options)));
};
