import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { serve, type Neighbour } from '../http/support.ts';

/** What a scripted server answers to one request, in either protocol. */
export interface Answer {
  /** Pieces of text, each an event of its own. */
  texts?: readonly string[];
  calls?: readonly { name: string; arguments: unknown }[];
  /** Why it ends: `stop` unless said; null for no reason at all, as of an answer that was cut cleanly. */
  finish?: 'stop' | 'length' | 'blocked' | null;
  /** Null for a server that does not count. */
  usage?: { inputTokens: number; outputTokens: number } | null;
  /** Written as it is after the events. */
  raw?: string;
  /** How the connection is left: `close` unless said. */
  end?: 'close' | 'reset' | 'stall';
  /** Splits what is written. */
  bytesAtOnce?: number;
  everyMs?: number;
  /** Instead of an answer: an error of the protocol, or `body` as it is. */
  status?: number;
  headers?: Record<string, string>;
  message?: string;
  /** The protocol's own word: `insufficient_quota`, `API_KEY_INVALID`. */
  code?: string;
  body?: string | object;
}

/** A request as it arrived. */
export interface Received {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  /** Parsed where it is JSON, else its text. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into it as they like
  body: any;
  /** Once the answer is out or whoever asked is gone: which of the two. */
  closed: Promise<'answered' | 'abandoned'>;
}

/** What is answered: one after the other, the last again and again; or whatever a function makes of a request. */
export type Script = readonly Answer[] | ((request: Received, index: number) => Answer);

/** For all, or for those it has an answer to. */
export type Besides = Answer | ((request: Received) => Answer | undefined);

export interface ScriptedOptions {
  answers?: Script;
  /** What is answered to the rest (models, vectors, recordings) where it shall not be what is usual. */
  besides?: Besides;
  /** The only key it takes; empty for none. */
  key?: string;
}
export interface Scripted extends Neighbour {
  /** All that was asked, in order. */
  requests: Received[];
}

/** How a protocol puts things. */
export interface Protocol {
  isAllowed(request: Received): boolean;
  refusedKey: Answer;
  /** What needs no script: models, vectors, recordings; undefined for all else. */
  usual(request: Received): object | undefined;
  /** The events of an answer, each with its blank line. */
  events(answer: Answer): string[];
  error(answer: Answer & { status: number }): object;
}

/** A server on loopback that answers by a script and ends with the test. */
export async function scripted(
  protocol: Protocol,
  { answers = [{ texts: ['Hello.'] }], besides }: ScriptedOptions,
): Promise<Scripted> {
  const requests: Received[] = [];
  let asked = 0;
  const answerTo = (request: Received): Answer => {
    if (!protocol.isAllowed(request)) return protocol.refusedKey;
    const usual = protocol.usual(request);
    const other = typeof besides === 'function' ? besides(request) : besides;
    if (usual) return other ?? { body: usual };
    const index = asked++;
    return typeof answers === 'function' ? answers(request, index) : (answers[index] ?? answers.at(-1)!);
  };
  const neighbour = await serve(async (request, response) => {
    const received = await receive(request, response);
    requests.push(received);
    await send(protocol, answerTo(received), response);
  });
  return { ...neighbour, requests };
}

async function receive(request: IncomingMessage, response: ServerResponse): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  const isJson = request.headers['content-type']?.includes('json');
  return {
    method: request.method!,
    path: request.url!,
    headers: request.headers,
    body: isJson ? JSON.parse(text) : text,
    closed: new Promise((resolve) =>
      response.on('close', () => resolve(response.writableFinished ? 'answered' : 'abandoned')),
    ),
  };
}

async function send(protocol: Protocol, answer: Answer, response: ServerResponse) {
  const { status = 200, headers = {}, body } = answer;
  if (status !== 200 || body !== undefined) {
    const told = body ?? protocol.error({ ...answer, status });
    const isText = typeof told === 'string';
    response.writeHead(status, { 'content-type': isText ? 'text/html' : 'application/json', ...headers });
    response.end(isText ? told : JSON.stringify(told));
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream', ...headers });
  response.flushHeaders();
  const bytes = Buffer.from(protocol.events(answer).join('') + (answer.raw ?? ''));
  const step = answer.bytesAtOnce ?? Math.max(bytes.length, 1);
  for (let from = 0; from < bytes.length && !response.destroyed; from += step) {
    response.write(bytes.subarray(from, from + step));
    await pause(answer.everyMs ?? 0);
  }
  if (answer.end === 'stall') return;
  if (answer.end !== 'reset') return response.end();
  // What was written must have been read before: a reset throws away what is still under way.
  await pause(30);
  response.socket?.resetAndDestroy();
}

/** Vectors that are alike where texts share words. */
export function vectorOf(text: string, size: number): number[] {
  const vector = new Array<number>(size).fill(0);
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? ['']) {
    let hash = 7;
    for (const char of word) hash = (hash * 31 + char.codePointAt(0)!) % 1_000_003;
    vector[hash % size]! += 1;
  }
  return vector;
}
