import { stringify } from 'yaml';
import { ExpectedConversation } from './conversation.ts';

/** Writes conversations as the file that stands beside a workflow, without what is a default. */
export function writeConversations(conversations: readonly ExpectedConversation[]): string {
  const plain = ExpectedConversation.parse({ name: '', talk: [{ bot: '' }] });
  const isPlain = (key: string, value: unknown) =>
    JSON.stringify(value) === JSON.stringify(plain[key as keyof typeof plain]);
  const short = conversations.map(({ name, talk, http, ...rest }) => ({
    name,
    ...Object.fromEntries(
      Object.entries({ ...rest, http: http.map(shortExchange), talk }).filter(
        ([key, value]) => !isPlain(key, value),
      ),
    ),
  }));
  return stringify(short, { lineWidth: 100 });
}

const shortExchange = ({ method, status, ...rest }: ExpectedConversation['http'][number]) => ({
  ...(method !== 'GET' && { method }),
  ...rest,
  ...(status !== 200 && { status }),
});
