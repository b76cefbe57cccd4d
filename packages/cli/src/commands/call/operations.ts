import { CrmflowError, entries, type Crmflow, type Entry } from '@crmflow/core/contract';
import { didYouMean } from '@crmflow/core';

export const nameOf = ({ noun, verb }: Entry): string => `${noun}.${verb}`;

/** What may be called. */
export const operations = () =>
  entries.map((entry) => {
    const { summary, access, method, path } = entry.op;
    return { name: nameOf(entry), summary, access, method, path };
  });

/** @throws CrmflowError `not_found`, with what may have been meant */
export function entryNamed(name: string): Entry {
  const entry = entries.find((each) => nameOf(each) === name);
  if (entry) return entry;
  const meant = didYouMean(name, entries.map(nameOf)) || ' See: crmflow call';
  throw new CrmflowError('not_found', `There is no operation ${name}.${meant}`);
}

/** Calls it; bytes in the answer are written in base64. */
export async function callOn(api: Crmflow, { noun, verb }: Entry, input: unknown): Promise<unknown> {
  // The contract made both the list of operations and the api.
  const nouns = api as unknown as Record<string, Record<string, (input: unknown) => Promise<unknown>>>;
  return withText(await nouns[noun]![verb]!(input));
}

const withText = (answer: unknown): unknown =>
  typeof answer === 'object' && answer !== null && 'bytes' in answer && answer.bytes instanceof Uint8Array
    ? { ...answer, bytes: Buffer.from(answer.bytes).toString('base64') }
    : answer;
