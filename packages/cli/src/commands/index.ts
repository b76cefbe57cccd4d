import type { Command } from 'commander';
import type { Context } from '../context.ts';

/** Gives a command its options and what it does. */
export type Setup = (command: Command, act: Act) => void;

/** What a command does; the number is its exit code, 0 when there is none. */
export type Work = (context: Context) => Promise<number | void> | number | void;
/** Runs it, and gives it so long to come to an end after a signal. */
export type Act = (work: Work, graceMs?: number) => Promise<void>;

interface Noun {
  name: string;
  summary: string;
  /** Fetched only when the command is called. */
  load(): Promise<{ setup: Setup }>;
}

/** Every command, in the order of `--help`. */
export const nouns: readonly Noun[] = [
  {
    name: 'run',
    summary: 'Have a conversation: a file, a name, an id or a template',
    load: () => import('./run.ts'),
  },
  { name: 'workflows', summary: 'Create, check and share workflows', load: () => import('./workflows.ts') },
  { name: 'templates', summary: 'See the workflows to begin with', load: () => import('./templates.ts') },
  { name: 'sessions', summary: 'Read, resume and export conversations', load: () => import('./sessions.ts') },
  {
    name: 'contacts',
    summary: 'Keep the people your conversations are with',
    load: () => import('./contacts.ts'),
  },
  { name: 'logs', summary: 'Read what happened', load: () => import('./logs.ts') },
  {
    name: 'kb',
    summary: 'Keep what your workflows may answer from',
    load: () => import('./kb.ts'),
  },
  { name: 'ai', summary: 'Ask the AI', load: () => import('./ai.ts') },
  { name: 'keys', summary: 'Keep the keys of services, sealed', load: () => import('./keys.ts') },
  { name: 'users', summary: 'Manage the accounts', load: () => import('./users.ts') },
  { name: 'call', summary: 'Call any operation, as a program would', load: () => import('./call.ts') },
  { name: 'login', summary: 'Log in on a server', load: () => import('./login.ts') },
  { name: 'logout', summary: 'Forget a login', load: () => import('./logout.ts') },
  { name: 'whoami', summary: 'Say as whom commands work, and where', load: () => import('./whoami.ts') },
  { name: 'profiles', summary: 'See and choose your logins', load: () => import('./profiles.ts') },
  { name: 'serve', summary: 'Serve CRMFlow over HTTP', load: () => import('./serve.ts') },
  {
    name: 'doctor',
    summary: 'Check that everything CRMFlow needs is there',
    load: () => import('./doctor.ts'),
  },
  { name: 'backup', summary: 'Back up all data into a file', load: () => import('./backup.ts') },
  { name: 'restore', summary: 'Put a backup back', load: () => import('./restore.ts') },
  {
    name: 'migrate',
    summary: 'Bring the database up to date, or move to another',
    load: () => import('./migrate.ts'),
  },
  {
    name: 'completion',
    summary: 'Print a completion script for your shell',
    load: () => import('./completion.ts'),
  },
];

/** Examples stand first in every help text. */
export function describe(command: Command, summary: string, examples: readonly string[]): Command {
  const lines = examples.map((example) => `  ${example}`);
  return command
    .summary(summary.replace(/\.$/, ''))
    .addHelpText('before', `${summary}\n\nExamples:\n${lines.join('\n')}\n`);
}
