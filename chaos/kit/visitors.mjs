import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { CRMFlow } from '@crmflow/sdk';
import { io } from 'socket.io-client';
import { address } from './balancer.mjs';

/** A line that breaks is tried again for as long as a visitor is patient. */
const ALWAYS = { retries: Infinity };

/**
 * @typedef {{ url: string, workflowId: string, answers: readonly string[], visitor: number, pace: number,
 *   gotOn(): void, patienceMs: number }} Talk `gotOn` is told each answer that was acknowledged
 * @typedef {{ id: string, token: string, acknowledged: number, heard: { seq: number, type: string }[], faults: string[] }} Told
 *   `acknowledged` counts the answers that were; `faults` are what a visitor noticed by himself.
 */

/** Comes from an address of his own, as behind a proxy. */
const fetchFrom = (visitor) => (url, init) => {
  const headers = { ...init.headers, 'x-forwarded-for': address(visitor) };
  return fetch(url, { ...init, headers });
};

/** A client of one visitor, who may also be logged in. */
export const clientOf = (url, visitor, more = {}) =>
  new CRMFlow({ url, fetch: fetchFrom(visitor), timeoutMs: 60_000, retries: 1_000, ...more });

/**
 * Hears by socket and speaks by REST, with the SDK.
 * @param {Talk} talk
 * @returns {Promise<Told>}
 */
export async function talkBySdk({ url, workflowId, answers, visitor, gotOn, patienceMs }) {
  const signal = AbortSignal.timeout(patienceMs);
  const client = clientOf(url, visitor, { timeoutMs: patienceMs });
  const session = await client.start({ workflowId }, { ...ALWAYS, timeoutMs: patienceMs, signal });
  const told = { id: session.id, token: session.token, acknowledged: 0, heard: [], faults: [] };
  try {
    for await (const event of session) {
      told.heard.push(event);
      if (event.type !== 'system:waiting_for_input') continue;
      const message = answers[told.acknowledged];
      if (message === undefined) throw new Error('it asks for more than there is to say');
      const messageId = `${visitor}-${told.acknowledged}`;
      await session.send(message, { ...ALWAYS, timeoutMs: patienceMs, messageId, signal });
      told.acknowledged += 1;
      gotOn();
    }
  } catch (cause) {
    told.faults.push(signal.aborted ? 'stuck' : `refused: ${cause.message}`);
    session.close();
  }
  return told;
}

/**
 * Hears and speaks by Socket.IO, as a client written from the document alone: `session:resume` after each break of the line,
 * and what was not acknowledged is said again with its id.
 * @param {Talk} talk
 * @returns {Promise<Told>}
 */
export async function talkBySocket({ url, workflowId, answers, visitor, pace, gotOn, patienceMs }) {
  const signal = AbortSignal.timeout(patienceMs);
  const socket = io(url, { transports: ['websocket'], forceNew: true, reconnectionDelayMax: 2_000 });
  const told = { id: '', token: '', acknowledged: 0, heard: [], faults: [] };
  /** The number of the `system:waiting_for_input` that was heard last and not answered yet. */
  let asked = 0;
  let wake = () => undefined;

  socket.onAny((type, payload) => {
    if (payload?.seq === undefined || payload.sessionId !== told.id) return;
    const expected = (told.heard.at(-1)?.seq ?? 0) + 1;
    if (payload.seq !== expected) told.faults.push(`heard ${payload.seq} in place of ${expected}`);
    told.heard.push({ type, ...payload });
    if (type === 'system:waiting_for_input') asked += 1;
    wake();
  });
  socket.on('session:started', ({ sessionId, token, seq }) => {
    // Of two, the second is ours: the first was begun by a server that did not live to say so.
    Object.assign(told, { id: sessionId, token, heard: [{ type: 'session:started', seq }] });
    asked = 0;
  });
  socket.on('disconnect', () => (isJoined = false));
  let isJoined = false;

  const ask = (event, payload) => socket.timeout(pace * 10_000).emitWithAck(event, payload);
  async function join() {
    if (!socket.connected) await once(socket, 'connect', { signal });
    const lastSeq = told.heard.at(-1)?.seq ?? 0;
    const answer = told.id
      ? await ask('session:resume', { sessionId: told.id, token: told.token, lastSeq })
      : await ask('session:start', { workflowId, mode: 'auto' });
    if (!answer.ok) throw new Error(answer.error.message);
    isJoined = true;
  }
  async function say() {
    const messageId = `${visitor}-${told.acknowledged}`;
    const message = answers[told.acknowledged];
    if (message === undefined) throw new Error('it asks for more than there is to say');
    const answer = await ask('user:message', { message, messageId });
    if (!answer.ok) throw new Error(answer.error.message);
    told.acknowledged += 1;
    gotOn();
  }
  const isOver = () => told.heard.at(-1)?.type === 'workflow:finished';
  let refusal = '';
  while (!isOver() && !signal.aborted)
    try {
      if (!isJoined) await join();
      else if (asked > told.acknowledged) await say();
      else
        await new Promise((resolve) => {
          wake = resolve;
          setTimeout(resolve, 1_000);
        });
    } catch (cause) {
      refusal = cause.message;
      // A line of which nobody knows what became is made anew.
      isJoined = false;
      socket.disconnect();
      await sleep(300);
      socket.connect();
    }
  if (!isOver()) told.faults.push(`stuck${refusal && `, last refused: ${refusal}`}`);
  socket.disconnect();
  return told;
}
