import { resolve } from 'node:path';
import type { Message } from '@crmflow/core';
import { CrmflowError, type Crmflow } from '@crmflow/core/contract';
import { mustAgree } from '../../ask.ts';
import type { Context } from '../../context.ts';
import { onFile } from '../../file-error.ts';
import { wrongUse } from '../../wrong-use.ts';
import { botLines, userText } from '../../conversation/speaker.ts';
import { printList, timeText } from '../../list.ts';
import { valueText } from '../../output.ts';
import { transcriptOf } from '../../conversation/recall.ts';
import { allOf } from '../../pages.ts';
import { printable } from '../../printable.ts';
import { keptOrRun } from '../../target.ts';
import { orNull } from '../../or-null.ts';
import { calledOf } from '../contacts/named.ts';
import type { SessionView } from '../../views.ts';

/** Which sessions are meant. */
export interface Which {
  workflow?: string;
  status?: SessionView['status'];
  waitingFor?: Waiting;
}
type Waiting = NonNullable<SessionView['wait']>['for'];
const waits: readonly string[] = ['message', 'time', 'client', 'person', 'webhook'] satisfies Waiting[];
const statuses = ['running', 'waiting', 'finished', 'failed'];

/** The filter as the contract wants it. */
export async function filterOf(api: Crmflow, { workflow, status, waitingFor }: Which, cwd: string) {
  if (status !== undefined && !statuses.includes(status))
    throw wrongUse(`--status is one of ${statuses.join(', ')}, not ${String(status)}.`);
  if (waitingFor !== undefined && !waits.includes(waitingFor))
    throw wrongUse(`--waiting-for is one of ${waits.join(', ')}, not ${String(waitingFor)}.`);
  return {
    ...(workflow !== undefined && { workflowId: (await keptOrRun(api, workflow, cwd)).workflow.id }),
    ...(status !== undefined && { status }),
    ...(waitingFor !== undefined && { waitingFor }),
  };
}

/** Finds the name of a workflow by its id; the id itself when it is gone. */
export async function workflowNames(api: Crmflow): Promise<(id: string) => string> {
  const [own, templates] = await Promise.all([allOf(api.workflows.list), api.templates.list({})]);
  const names = new Map([
    ...templates.items.map(({ id }) => [id, id] as const),
    ...own.map(({ id, name }) => [id, name] as const),
  ]);
  return (id) => names.get(id) ?? id;
}

/** Lists sessions. */
export async function list(context: Context, { limit, ...which }: Which & { limit: number }): Promise<void> {
  const { api } = await context.open();
  const [filter, nameOf] = await Promise.all([filterOf(api, which, context.io.cwd), workflowNames(api)]);
  await printList(context, {
    limit,
    read: (page) => api.sessions.list({ ...page, ...filter }),
    head: ['id', 'workflow', 'by', 'status', 'at', 'changed'],
    row: ({ id, workflowId, channel, status, outcome, nodeId, updatedAt }) => [
      id,
      nameOf(workflowId),
      byText(channel),
      status,
      nodeId ?? outcome,
      timeText(updatedAt, context.out.isTerminal),
    ],
    none: 'There are no sessions, or none that fits. Begin one: crmflow run lead-qualification',
  });
}

/** Shows a session. */
export async function show(context: Context, id: string): Promise<void> {
  const { api } = await context.open();
  const [session, messages] = await Promise.all([api.sessions.get({ id }), transcriptOf(api, id)]);
  if (context.out.isJson) return context.out.json({ ...session, messages });
  const { contactId, channel } = session;
  const [contact, unsent] = await Promise.all([
    contactId ? orNull(api.contacts.get({ id: contactId })) : null,
    channel ? unsentIn(api, id) : [],
  ]);
  print(context, { ...session, messages, unsent, with: contact && calledOf(contact) });
}

/** Why pieces of what a session said by telephone did not go out, oldest first: what was noted of late. */
async function unsentIn(api: Crmflow, sessionId: string): Promise<string[]> {
  const { items } = await api.logs.list({ sessionId, limit: 200 });
  return items
    .reverse()
    .flatMap(({ createdAt, data: { unsent, reason } }) =>
      unsent === undefined ? [] : [`${createdAt} ${String(reason)}`],
    );
}

/** How somebody came in by telephone. */
const byText = (channel: SessionView['channel']): string =>
  channel ? `${channel.kind} ${channel.peer}` : '';

/** Shows a session that was written to an archive, in a file or a folder of files. */
export async function showArchived(context: Context, id: string, path: string): Promise<void> {
  const { out, io } = context;
  const { archivedSession } = await import('@crmflow/core/open');
  const where = resolve(io.cwd, path);
  const session = await onFile(where, () => archivedSession(where, id));
  if (!session) throw new CrmflowError('not_found', `There is no session ${id} in ${where}.`);
  if (out.isJson) out.json(session);
  else print(context, session);
}

type Shown = Pick<
  SessionView,
  'workflowId' | 'status' | 'outcome' | 'reason' | 'nodeId' | 'createdAt' | 'updatedAt'
> &
  Partial<Pick<SessionView, 'wait' | 'variables' | 'channel'>> & {
    messages: readonly Message[];
    /** Who it is with, as far as that is known. */
    with?: string | null;
    unsent?: readonly string[];
  };

function print({ out }: Context, { messages, unsent = [], ...session }: Shown): void {
  const { colors } = out;
  for (const message of messages)
    if (message.from === 'bot')
      out.line(`${colors.cyan(`${message.author ?? 'bot'}:`)} ${botLines(message).join('\n     ')}`);
    else out.line(`${colors.green('user:')} ${printable(userText(message))}`);
  out.line();
  for (const [name, value] of stateOf(session)) out.line(`${colors.bold(name)}: ${value}`);
  if (unsent.length) out.line(`${colors.bold('did not go out')}:`);
  for (const each of unsent) out.line(`  ${printable(each)}`);
  const learned = Object.entries(session.variables ?? {});
  if (learned.length) out.line(`${colors.bold('variables')}:`);
  for (const [name, value] of learned) out.line(`  ${name}: ${valueText(value)}`);
}

function stateOf({
  workflowId,
  channel,
  status,
  outcome,
  reason,
  nodeId,
  wait,
  createdAt,
  updatedAt,
  ...of
}: Omit<Shown, 'messages' | 'unsent'>): [string, string][] {
  const waits = wait?.for === 'message' ? `a ${wait.expects.kind} answer` : wait && `${wait.for}`;
  const rows = {
    workflow: workflowId,
    with: of.with,
    by: byText(channel),
    status,
    outcome,
    reason,
    'waits at': nodeId,
    'waits for': waits,
    began: createdAt,
    changed: updatedAt,
  };
  return Object.entries(rows).flatMap(([name, value]) => (value ? [[name, printable(value)]] : []));
}

/** Ends a session. */
export async function end(context: Context, id: string): Promise<void> {
  const { api } = await context.open();
  const { session } = await api.sessions.end({ id });
  if (context.out.isJson) context.out.json(session);
  else context.out.talk(`The session has ended: ${session.outcome ?? session.status}.`);
}

/** Erases a session. */
export async function remove(context: Context, id: string, { yes }: { yes?: boolean }): Promise<void> {
  const { api } = await context.open();
  await api.sessions.get({ id });
  if (!(await mustAgree(context, yes, `Erase session ${id} with all that was said?`))) return;
  await api.sessions.remove({ id });
  context.out.done('The session is erased.', { deleted: id });
}
