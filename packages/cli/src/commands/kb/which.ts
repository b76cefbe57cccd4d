import { CrmflowError, type Crmflow } from '@crmflow/core/contract';
import { orNull } from '../../or-null.ts';
import { allOf } from '../../pages.ts';
import { oneLine } from '../../printable.ts';

type Listed = Awaited<ReturnType<Crmflow['knowledge']['list']>>['items'][number];

/** How an item may be named on the command line. */
export const WHICH = 'an id, a name as listed, or the address of a page';

/** The item that is meant. @throws CrmflowError where there is none, or several are called so */
export async function itemMeant({ knowledge }: Pick<Crmflow, 'knowledge'>, word: string): Promise<Listed> {
  const byId = /^\w{1,200}$/.test(word) ? await orNull(knowledge.get({ id: word })) : null;
  if (byId) return byId;
  const items = await allOf(knowledge.list);
  const [meant, ...others] = items.filter(({ name, url }) =>
    [name, oneLine(name), url, addressIn(url)].includes(addressIn(word) ?? word),
  );
  if (!meant) throw await unknown(items, word);
  if (others.length) throw ambiguous([meant, ...others], word);
  return meant;
}

/** As addresses are kept; null for what is none. */
const addressIn = (word: string | null): string | null =>
  word !== null && /^https?:/i.test(word) && URL.canParse(word)
    ? Object.assign(new URL(word), { hash: '' }).href
    : null;

async function unknown(items: readonly Listed[], word: string): Promise<CrmflowError> {
  const { didYouMean } = await import('@crmflow/core');
  const names = items.map(({ name }) => name);
  const now = didYouMean(word, names) || ' See: crmflow kb list';
  return new CrmflowError('not_found', `There is no item "${word}".${now}`);
}

const ambiguous = (items: readonly Listed[], word: string) =>
  new CrmflowError(
    'conflict',
    `${items.length} items are called ${word}: ${items.map(({ id, type }) => `${id} (${type})`).join(', ')}. Give the id of one.`,
  );
