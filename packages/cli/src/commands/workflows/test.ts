import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { FileContent } from '@crmflow/core';
import { CrmflowError } from '@crmflow/core/contract';
import type { ExpectedConversation } from '@crmflow/core/testing';
import type { Context } from '../../context.ts';
import { called } from '../../files/calls.ts';
import { conversationsBeside } from '../../files/names.ts';
import {
  conversationsWithout,
  isFile,
  isFolder,
  isPath,
  readFiles,
  shownPath,
  unfolded,
  type Files,
} from '../../files/read.ts';
import { wrongUse } from '../../wrong-use.ts';
import { printable } from '../../printable.ts';
import { EXIT } from '../../io.ts';

interface Tried {
  workflow: string;
  conversation: string;
  differences: string[];
}

/** Replays the conversations beside workflow files, or of shipped templates, in memory and without a network. Exit code 1 when one differs, or there is none. */
export async function test(context: Context, words: readonly string[]): Promise<number> {
  const { out, io } = context;
  const tried: Tried[] = [];
  await mustHaveWorkflows(words, io.cwd);
  for (const word of await testable(context, words))
    tried.push(...((await tryTemplate(context, word)) ?? (await tryFile(resolve(io.cwd, word), io.cwd))));
  const failed = tried.filter(({ differences }) => differences.length);
  if (out.isJson) out.json({ items: tried });
  else
    for (const { workflow, conversation, differences } of tried) {
      out.line(printable(`${differences.length ? 'differs' : 'as said'}  ${workflow}: ${conversation}`));
      for (const difference of differences) out.line(printable(`         ${difference}`));
    }
  out.talk(`${tried.length - failed.length} of ${tried.length} conversations went as they are written.`);
  return failed.length || !tried.length ? EXIT.failed : EXIT.ok;
}

/** What the words name; of a folder the files that have conversations. */
async function testable({ out, io }: Context, words: readonly string[]): Promise<string[]> {
  const named = new Set(words);
  const all = await unfolded(words, io.cwd);
  return all.filter((word) => {
    const isTold = named.has(word) || existsSync(conversationsBeside(resolve(io.cwd, word))!);
    if (!isTold) out.talk(`${word}: there are no conversations beside it.`);
    return isTold;
  });
}

/** Conversations in a folder beside no workflow: nobody would notice that they are not tried. */
async function mustHaveWorkflows(words: readonly string[], cwd: string): Promise<void> {
  const folders = words.map((word) => resolve(cwd, word)).filter(isFolder);
  const lost = (await Promise.all(folders.map(conversationsWithout))).flat();
  if (lost.length)
    throw wrongUse(
      `There is no workflow beside ${lost.map((path) => shownPath(path, cwd)).join(', ')}. Conversations are named as their workflow is.`,
    );
}

/** Null for what is no shipped template. */
async function tryTemplate({ io, openShipped }: Context, word: string): Promise<Tried[] | null> {
  if (isFile(word, io.cwd)) return null;
  const { conversationsOf } = await import('@crmflow/core/testing');
  const conversations = await conversationsOf(word);
  if (!conversations) return null;
  const { name, description, nodes, edges, settings, knowledge } = await (
    await openShipped()
  ).api.templates.get({ id: word });
  const content = { name, description, isPublic: false, nodes, edges, settings, knowledge };
  return tryAll(word, content, { conversations, subflows: [] });
}

async function tryFile(path: string, cwd: string): Promise<Tried[]> {
  const beside = conversationsBeside(path);
  if (!beside)
    throw new CrmflowError(
      'not_found',
      `${shownPath(path, cwd)} is neither a *.workflow.yaml file nor a template. See: crmflow templates list`,
    );
  if (!existsSync(beside))
    throw new CrmflowError(
      'not_found',
      `There are no conversations for ${shownPath(path, cwd)}: write them into ${shownPath(beside, cwd)}.`,
    );
  const [{ readConversations }, files] = await Promise.all([
    import('@crmflow/core/testing'),
    readFiles([path], cwd),
  ]);
  const conversations = readConversations(await readFile(beside, 'utf8'), shownPath(beside, cwd));
  const subflows = calledFiles(files);
  return tryAll(shownPath(path, cwd), files.get(path)!, { conversations, subflows });
}

async function tryAll(
  workflow: string,
  content: FileContent,
  { conversations, subflows }: { conversations: ExpectedConversation[]; subflows: Called[] },
): Promise<Tried[]> {
  const { replay, differences } = await import('@crmflow/core/testing');
  return Promise.all(
    conversations.map(async (conversation) => ({
      workflow,
      conversation: conversation.name,
      differences: differences(conversation, await replay(content, conversation, subflows)),
    })),
  );
}

type Called = FileContent & { id: string };

/** The files that are called by path, under the names they are called by. */
function calledFiles(files: Files): Called[] {
  const byName = new Map<string, Called>();
  for (const [path, content] of files)
    for (const id of called(content).filter(isPath))
      byName.set(id, { id, ...files.get(resolve(dirname(path), id))! });
  return [...byName.values()];
}
