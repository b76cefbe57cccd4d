import type { Crmflow } from '@crmflow/core/contract';
import type { Context } from '../context.ts';
import { wrongUse } from '../wrong-use.ts';
import { timeFrom } from '../time-from.ts';
import { allOf, limitFrom } from '../pages.ts';
import { printList, timeText } from '../list.ts';
import { keptOrRun } from '../target.ts';
import { describe, type Setup } from './index.ts';

interface LogOptions {
  limit: number;
  workflow?: string;
  session?: string;
  type?: (typeof types)[number];
  since?: string;
  until?: string;
}
const types = ['session_start', 'message_sent', 'ai_response', 'node_advance', 'session_end'] as const;

export const setup: Setup = (command, act) => {
  describe(
    command,
    'Read what happened in your sessions, what each node did and how long it took; never what was said.',
    ['crmflow logs', 'crmflow logs --type session_end --since 2026-01-31 --json'],
  );
  describe(command.command('list', { isDefault: true }).alias('ls'), 'List what happened, newest first.', [
    'crmflow logs list --session <session>',
    'crmflow logs list --type ai_response --json',
    'crmflow logs list --type session_end --since 2026-01-31',
  ])
    .option('--workflow <workflow>', 'only of this workflow: a file, a name, an id or a template')
    .option('--session <session>', 'only of this session')
    .option('--type <type>', `only of this type: ${types.join(', ')}`)
    .option('--since <time>', 'from this time on: 2026-01-31 or 2026-01-31T09:00Z')
    .option('--until <time>', 'before this time')
    .option('--limit <n>', 'how many at most', limitFrom, 50)
    .action((options) => act((context) => list(context, options)));
};

async function list(
  context: Context,
  { limit, workflow, session, type, since, until }: LogOptions,
): Promise<void> {
  const { api } = await context.open();
  if (type !== undefined && !types.includes(type))
    throw wrongUse(`--type is one of ${types.join(', ')}, not ${String(type)}.`);
  const of = workflow === undefined ? null : await keptOrRun(api, workflow, context.io.cwd);
  const fits = of?.kind === 'template' ? await isOfTemplate(api, of.workflow.id) : () => true;
  const filter = {
    ...(of?.kind === 'own' && { workflowId: of.workflow.id }),
    ...(session !== undefined && { sessionId: session }),
    ...(type !== undefined && { eventType: type }),
    ...(since !== undefined && { since: timeFrom('--since', since) }),
    ...(until !== undefined && { until: timeFrom('--until', until) }),
  };
  await printList(context, {
    limit,
    async read(page) {
      const { items, nextCursor } = await api.logs.list({ ...page, ...filter });
      return { items: items.filter(fits), nextCursor };
    },
    head: ['time', 'event', 'node', 'session', 'data'],
    row: ({ createdAt, eventType, nodeId, sessionId, data }) => [
      timeText(createdAt, context.out.isTerminal),
      eventType,
      nodeId,
      sessionId,
      JSON.stringify(data),
    ],
    none: 'Nothing has happened yet, or nothing that fits.',
  });
}

/** Rows name the workflows that somebody owns; those of a template are found by its sessions. */
async function isOfTemplate(api: Crmflow, workflowId: string) {
  const sessions = await allOf((page) => api.sessions.list({ ...page, workflowId }));
  const ids = new Set(sessions.map(({ id }) => id));
  return ({ sessionId }: { sessionId: string | null }) => sessionId !== null && ids.has(sessionId);
}
