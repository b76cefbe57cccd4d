import { mustAgree } from '../../ask.ts';
import type { Context } from '../../context.ts';
import { printList } from '../../list.ts';
import { printable } from '../../printable.ts';
import { wrongUse } from '../../wrong-use.ts';
import { countsOf, readOn, underWay } from './reading.ts';
import { itemMeant } from './which.ts';

/** Lists the knowledge items. */
export async function list(context: Context, { limit }: { limit: number }): Promise<void> {
  const reached = await context.open();
  await readOn(context, reached);
  await printList(context, {
    limit,
    read: reached.api.knowledge.list,
    head: ['id', 'type', 'state', 'characters', 'name'],
    row: ({ id, type, state, reason, progress, enabled, size, name }) => [
      id,
      type,
      [
        state,
        progress && `${progress.done} of ${progress.total}`,
        reason !== null && state === 'ready' && 'in part',
        !enabled && 'disabled',
      ]
        .filter(Boolean)
        .join(', '),
      size,
      name,
    ],
    none: 'There is nothing yet. Begin with: crmflow kb add-file ./handbook.md',
  });
}

/** Shows an item with its text. */
export async function show({ open, out }: Context, word: string): Promise<void> {
  const { api } = await open();
  const { id } = await itemMeant(api, word);
  const item = await api.knowledge.get({ id });
  if (out.isJson) return out.json(item);
  const { name, type, state, reason, url, enabled, progress, crawl, createdAt, content } = item;
  out.line(out.colors.bold(printable(name)));
  const rows = {
    ...{ type, state, reason, url },
    progress: progress && `${progress.done} of ${progress.total}`,
    crawl: crawl && countsOf(crawl),
    ...{ enabled: enabled ? 'yes' : 'no', added: createdAt },
  };
  for (const [label, value] of Object.entries(rows))
    if (value !== null) out.line(`${out.colors.bold(label)}: ${printable(value)}`);
  out.line();
  out.line(printable(content));
}

/** Gives an item another name. */
export async function rename({ open, out }: Context, word: string, name: string): Promise<void> {
  const { api } = await open();
  const { id } = await itemMeant(api, word);
  const item = await api.knowledge.update({ id, name });
  out.done(`It is called ${printable(item.name)} now.`, { id, name: item.name });
}

/** Gives a question another answer. */
export async function update(
  { open, out }: Context,
  word: string,
  { answer }: { answer: string },
): Promise<void> {
  if (!answer.trim()) throw wrongUse('The answer is empty. Write one, or disable the question.');
  const { api } = await open();
  const { id, type, name } = await itemMeant(api, word);
  if (type !== 'manual')
    throw wrongUse(
      `${name} is no question but of the type ${type}. Change where it is from, and add it again.`,
    );
  await api.knowledge.update({ id, content: answer.trim() });
  out.done(`${printable(name)} has another answer now.`, { id, answer: answer.trim() });
}

/** Lets nothing be answered from an item, or again. */
export async function use({ open, out }: Context, word: string, enabled: boolean): Promise<void> {
  const { api } = await open();
  const { id } = await itemMeant(api, word);
  const { name } = await api.knowledge.update({ id, enabled });
  const now = enabled ? 'answered from again' : 'kept, and not answered from';
  out.done(`${printable(name)} is ${now}.`, { id, enabled });
}

/** Searches the knowledge. */
export async function search(
  context: Context,
  words: readonly string[],
  { limit }: { limit: number },
): Promise<void> {
  const { out } = context;
  const reached = await context.open();
  await readOn(context, reached);
  const { api } = reached;
  const { items } = await api.knowledge.search({ q: words.join(' '), limit });
  for (const item of await underWay(api)) out.talk(`${printable(item.name)} is still being read.`);
  if (out.isJson) return out.json({ items });
  for (const { source, page, score, text } of items) {
    const where = `${printable(source)}${page === null ? '' : `, page ${page}`}`;
    out.line(`${out.colors.bold(where)} ${out.colors.dim(score.toFixed(2))}`);
    out.line(`  ${printable(text).replaceAll('\n', '\n  ')}`);
  }
  if (!items.length) out.talk('Nothing that you keep fits these words. See: crmflow kb list');
}

/** Deletes an item. */
export async function remove(context: Context, word: string, { yes }: { yes?: boolean }): Promise<void> {
  const { api } = await context.open();
  const { id, name } = await itemMeant(api, word);
  if (!(await mustAgree(context, yes, `Delete ${printable(name)}?`))) return;
  await api.knowledge.remove({ id });
  context.out.done(`${printable(name)} is deleted.`, { deleted: id });
}
