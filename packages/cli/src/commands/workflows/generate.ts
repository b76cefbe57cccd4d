import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { FileContent, Problem } from '@crmflow/core';
import { CrmflowError, type Crmflow } from '@crmflow/core/contract';
import type { Context } from '../../context.ts';
import { onFile } from '../../file-error.ts';
import { conversationsBeside, formatOf } from '../../files/names.ts';
import { findByName } from '../../files/push.ts';
import { problemLine } from '../../refuse.ts';
import { whileWaiting } from '../../spinner.ts';
import { wrongUse } from '../../wrong-use.ts';
import { said } from './keep.ts';

type Drafted = Awaited<ReturnType<Crmflow['ai']['generateWorkflow']>>;
type Rounds = readonly (readonly Problem[])[];

/** Has a workflow drafted, and prints, writes or saves it. */
export async function generate(
  context: Context,
  wish: string,
  { output, save }: { output?: string; save?: boolean },
): Promise<void> {
  const { out } = context;
  if (output !== undefined && !conversationsBeside(output))
    throw wrongUse(
      `Name the file like leads.workflow.yaml, so that its conversations find it, not ${output}.`,
    );
  const { api } = await context.open();
  const { conversations, rounds, ...drafted } = await draftedBy(api, wish, context);
  const workflow: FileContent = { ...drafted, isPublic: false };
  tellRounds(context, rounds);
  out.talk(
    `Draft ${rounds.length + 1} passes every check, with ${conversations.length} conversations that show it.`,
  );
  if (output !== undefined) await write(context, output, { workflow, conversations });
  if (save)
    return said(context, await api.workflows.create({ ...workflow, name: await freeName(api, workflow) }));
  if (output !== undefined) return out.done(`${output} is written.`, { written: output });
  if (out.isJson) return out.json({ ...drafted, conversations, rounds });
  const { writeWorkflowFile } = await import('@crmflow/core');
  out.file(writeWorkflowFile(workflow, 'yaml'));
  out.talk('With --output leads.workflow.yaml its conversations are written beside it.');
}

async function draftedBy(api: Crmflow, wish: string, context: Context): Promise<Drafted> {
  try {
    return await whileWaiting(
      api.ai.generateWorkflow({ prompt: wish }),
      'Drafting and trying it out …',
      context,
    );
  } catch (cause) {
    if (cause instanceof CrmflowError && cause.code === 'unprocessable') {
      // A refusal carries what was wrong with each draft.
      const { rounds = [] } = (cause.details ?? {}) as { rounds?: Rounds };
      tellRounds(context, rounds);
    }
    throw cause;
  }
}

function tellRounds({ out }: Context, rounds: Rounds): void {
  for (const [at, round] of rounds.entries()) {
    out.talk(`Draft ${at + 1} did not pass:`);
    for (const problem of round) out.talk(`  ${problemLine(problem)}`);
  }
}

async function write(
  { io }: Context,
  output: string,
  { workflow, conversations }: { workflow: FileContent; conversations: Drafted['conversations'] },
): Promise<void> {
  const { writeConversations, writeWorkflowFile } = await import('@crmflow/core');
  const path = resolve(io.cwd, output);
  await onFile(output, () => writeFile(path, writeWorkflowFile(workflow, formatOf(path))));
  const beside = conversationsBeside(path)!;
  await onFile(beside, () => writeFile(beside, writeConversations(conversations)));
}

/** The name it was given, with a number where there is one of that name already. */
async function freeName(api: Crmflow, { name }: FileContent): Promise<string> {
  for (let count = 1; ; count++) {
    const free = count === 1 ? name : `${name.slice(0, 190)} ${count}`;
    if (!(await findByName(api, free))) return free;
  }
}
