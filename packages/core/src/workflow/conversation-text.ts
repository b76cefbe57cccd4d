import { stringify } from 'yaml';
import { ExpectedConversation } from './conversation.ts';

/** Writes conversations as the file that stands beside a workflow: in a fixed order, without what is a default. */
export function writeConversations(conversations: readonly ExpectedConversation[]): string {
  return stringify(conversations.map(short), { lineWidth: 100 });
}

const usual = ExpectedConversation.parse({ name: '', talk: [] });

function short({ name, at, variables, http, ai, talk, outcome, learned }: ExpectedConversation) {
  const others = { at, variables, http: http.map(shortExchange), ai };
  return {
    name,
    ...Object.fromEntries(
      Object.entries(others).filter(
        ([key, value]) => JSON.stringify(value) !== JSON.stringify(usual[key as keyof typeof others]),
      ),
    ),
    talk,
    ...(outcome !== undefined && { outcome }),
    ...(Object.keys(learned).length && { learned }),
  };
}

const shortExchange = ({ method, status, url, body, json, text }: ExpectedConversation['http'][number]) => ({
  ...(method !== 'GET' && { method }),
  url,
  ...(body !== undefined && { body }),
  ...(status !== 200 && { status }),
  ...(json !== undefined && { json }),
  ...(text !== undefined && { text }),
});
