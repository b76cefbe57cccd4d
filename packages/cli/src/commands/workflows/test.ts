import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { FileContent } from '@crmflow/core';
import { CrmflowError } from '@crmflow/core/contract';
import type { Context } from '../../context.ts';
import { called } from '../../files/calls.ts';
import { isPath, readFiles, shownPath, type Files } from '../../files/read.ts';
import { printable } from '../../printable.ts';
import { EXIT } from '../../io.ts';

interface Tried {
  workflow: string;
  conversation: string;
  differences: string[];
}

/** Replays the conversations beside workflow files, in memory and without a network. Exit code 1 when one differs. */
export async function test(context: Context, words: readonly string[]): Promise<number> {
  const { out, io } = context;
  const tried: Tried[] = [];
  for (const word of words) tried.push(...(await tryFile(resolve(io.cwd, word), io.cwd)));
  const failed = tried.filter(({ differences }) => differences.length);
  if (out.isJson) out.json({ items: tried });
  else
    for (const { workflow, conversation, differences } of tried) {
      out.line(printable(`${differences.length ? 'differs' : 'as said'}  ${workflow}: ${conversation}`));
      for (const difference of differences) out.line(printable(`         ${difference}`));
    }
  out.talk(`${tried.length - failed.length} of ${tried.length} conversations went as they are written.`);
  return failed.length ? EXIT.failed : EXIT.ok;
}

async function tryFile(path: string, cwd: string): Promise<Tried[]> {
  const beside = path.replace(/\.workflow\.(ya?ml|json)$/i, '.conversations.yaml');
  if (beside === path || !existsSync(beside))
    throw new CrmflowError(
      'not_found',
      `There are no conversations for ${shownPath(path, cwd)}: write them into ${shownPath(beside, cwd)}, or name a *.workflow.yaml file.`,
    );
  const [{ readConversations, replay, differences }, files] = await Promise.all([
    import('@crmflow/core/testing'),
    readFiles([path], cwd),
  ]);
  const conversations = readConversations(await readFile(beside, 'utf8'), shownPath(beside, cwd));
  const subflows = calledFiles(files);
  return Promise.all(
    conversations.map(async (conversation) => ({
      workflow: shownPath(path, cwd),
      conversation: conversation.name,
      differences: differences(conversation, await replay(files.get(path)!, conversation, subflows)),
    })),
  );
}

/** The files that are called by path, under the names they are called by. */
function calledFiles(files: Files) {
  const byName = new Map<string, FileContent & { id: string }>();
  for (const [path, content] of files)
    for (const id of called(content).filter(isPath))
      byName.set(id, { id, ...files.get(resolve(dirname(path), id))! });
  return [...byName.values()];
}
