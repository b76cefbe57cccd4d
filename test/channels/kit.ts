import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fromFile, readWorkflowFile, type FileContent } from '@crmflow/core';
import { testWorld, type TestWorld } from '@crmflow/core/testing';
import { SID, TOKEN } from '../outbound/kit.ts';
import { begin as beginServer } from '../server/kit.ts';

export const PUBLIC_URL = 'https://crm.example.com';
export const THEIRS = '+4915123456789';
export const OURS = '+4930901820';

/** As Twilio signs: by its own rule, written down here a second time. */
export const signatureOf = (url: string, params: Record<string, string>, token = TOKEN): string =>
  createHmac('sha1', token)
    .update(
      url +
        Object.entries(params)
          .sort(([one], [other]) => (one < other ? -1 : 1))
          .flat()
          .join(''),
    )
    .digest('base64');

let counted = 0;
/** What Twilio sends when somebody writes. */
export const written = (text: string, more: Record<string, string> = {}): Record<string, string> => {
  const sid = `SM${String(++counted).padStart(32, '0')}`;
  return {
    ToCountry: 'DE',
    SmsMessageSid: sid,
    NumMedia: '0',
    SmsSid: sid,
    SmsStatus: 'received',
    Body: text,
    FromCountry: 'DE',
    To: OURS,
    NumSegments: '1',
    MessageSid: sid,
    AccountSid: SID,
    From: THEIRS,
    ApiVersion: '2010-04-01',
    ...more,
  };
};

export interface Posted {
  status: number;
  type: string;
  body: string;
}
export interface PostOptions {
  /** Of the address, `?…` with it. */
  query?: string;
  token?: string;
  /** Signs for this address in place of the right one. */
  signedUrl?: string;
  headers?: Record<string, string>;
}

/** Posts to a server as Twilio does, which knows it by its public name. */
export async function post(
  serverUrl: string,
  workflowId: string,
  params: Record<string, string>,
  { query = '', token, signedUrl, headers }: PostOptions = {},
): Promise<Posted> {
  const path = `/api/channels/twilio/${workflowId}${query}`;
  const response = await fetch(`${serverUrl}${path}`, {
    method: 'POST',
    headers: headers ?? { 'x-twilio-signature': signatureOf(signedUrl ?? PUBLIC_URL + path, params, token) },
    body: new URLSearchParams(params),
  });
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    body: await response.text(),
  };
}

/** A server with a stored workflow whose owner has a key for Twilio. */
export async function line(content: FileContent, overrides: Parameters<typeof testWorld>[0] = {}) {
  const world: TestWorld = testWorld({ publicUrl: PUBLIC_URL, ...overrides });
  const { url } = await beginServer({ world });
  const api = world.app.as(world.owner);
  await api.keys.set({ service: 'twilio', key: { accountSid: SID, authToken: TOKEN } });
  const { id: workflowId } = await api.workflows.create(content);
  const send = (params: Record<string, string>, options?: PostOptions) =>
    post(url, workflowId, params, options);
  return {
    ...world,
    api,
    url,
    workflowId,
    send,
    /** Writes a message: what comes back of it, as TwiML. */
    says: async (text: string, more?: Record<string, string>) => (await send(written(text, more))).body,
    /** The transcripts of all sessions, oldest first. */
    async talks(): Promise<string[][]> {
      const { items } = await api.sessions.list({});
      return Promise.all(
        items.toReversed().map(async ({ id }) => {
          const { items: lines } = await api.sessions.messages({ id });
          return lines.map(({ from, text }) => `${from}: ${text}`);
        }),
      );
    },
  };
}

/** The texts of the messages in TwiML. */
export const textsIn = (twiml: string): string[] =>
  [...twiml.matchAll(/<Message>(?:<Body>(.*?)<\/Body>)?/gs)].map(([, text = '']) => plain(text));
const plain = (text: string) =>
  text
    .replaceAll('&#39;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&gt;', '>')
    .replaceAll('&lt;', '<')
    .replaceAll('&amp;', '&');

/** A shipped template, as it is. */
export const template = (id: string): FileContent =>
  readWorkflowFile(
    readFileSync(new URL(`../../packages/core/templates/${id}.workflow.yaml`, import.meta.url), 'utf8'),
    id,
  );
/** For somebody with a German number. */
export const abroad = (content: FileContent): FileContent => ({
  ...content,
  settings: { ...content.settings, country: 'DE' },
});
export const leads = () => template('lead-qualification');

export const flow = (
  nodes: readonly object[],
  edges: readonly string[],
  settings: object = {},
): FileContent => fromFile({ name: 'a flow', nodes, edges, settings }, 'the test');

/** A call, as Twilio makes its requests of it: each goes where the TwiML before has led. */
export function phone(send: (params: Record<string, string>, options?: PostOptions) => Promise<Posted>) {
  const sid = `CA${String(++counted).padStart(32, '0')}`;
  const base = {
    CallSid: sid,
    AccountSid: SID,
    From: THEIRS,
    To: OURS,
    Direction: 'inbound',
    ApiVersion: '2010-04-01',
  };
  let twiml = '';
  let last: () => Promise<Posted>;
  /** Where an attribute or the text of a verb leads, as the query of our address. */
  const queryIn = (found: RegExpExecArray | null) =>
    found?.[1]?.replaceAll('&amp;', '&').replace(/^[^?]*/, '') ?? '';
  async function ask(params: Record<string, string>, query: string) {
    last = () => send({ ...base, CallStatus: 'in-progress', ...params }, { query });
    const { status, body } = await last();
    if (status !== 200) throw new Error(`${status} ${body}`);
    return (twiml = body);
  }
  const answer = (params: Record<string, string>) =>
    ask(params, queryIn(/<Gather[^>]* action="([^"]*)"/.exec(twiml)));
  return {
    sid,
    ring: () => ask({ CallStatus: 'ringing' }, ''),
    says: (text: string) => answer({ SpeechResult: text, Confidence: '0.9' }),
    presses: (digits: string) => answer({ Digits: digits }),
    isSilent: () => answer({}),
    /** Whoever was dialled has spoken with the caller, or has not. */
    dialled: (status: string, more: Record<string, string> = {}) =>
      ask({ DialCallStatus: status, ...more }, queryIn(/<Dial[^>]* action="([^"]*)"/.exec(twiml))),
    /** The last request once more, as where its answer was lost. */
    again: async () => (await last()).body,
    /** After a pause. */
    holds: () => ask({}, queryIn(/<Redirect>(.*?)<\/Redirect>/.exec(twiml))),
    hangsUp: () => send({ ...base, CallStatus: 'completed', CallDuration: '12' }),
    answer,
  };
}

/** What a call hears, in order. */
export const spokenIn = (twiml: string): string[] =>
  [...twiml.matchAll(/<(?:Say|Play)[^>]*>(.*?)<\/(?:Say|Play)>/gs)].map(([, text = '']) => plain(text));
