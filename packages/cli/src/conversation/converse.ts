import { setTimeout as sleep } from 'node:timers/promises';
import type { SessionEvent } from '@crmflow/core';
import { CrmflowError, type Crmflow } from '@crmflow/core/contract';
import type { Reached } from '../context.ts';
import { calledOff, type Answers, type Given, type MessageWait } from './answers.ts';
import type { SessionView } from '../views.ts';
import type { Speaker } from './speaker.ts';

/** Where a conversation was left. */
export interface Left {
  kind: 'over' | 'answers used up' | 'interrupted';
  session: SessionView;
}
interface Talk extends Pick<Reached, 'api' | 'tick'> {
  answers: Answers;
  speaker: Speaker;
  signal: AbortSignal;
  /** Told what was wrong with an answer, to ask again; absent, a refused answer ends the command. */
  askAgain?: ((refusal: CrmflowError) => void) | undefined;
  /** Told once of each wait that is longer than a moment and that no answer ends. */
  pauses?: ((wait: Pause) => void) | undefined;
}
/** What is waited for in silence. */
export type Pause = Extract<NonNullable<SessionView['wait']>, { for: 'time' | 'webhook' }>;

/** Carries a session on from where it stands until it is over or nobody answers. */
export async function converse(talk: Talk, begun: SessionView): Promise<Left> {
  const { api, speaker, signal, pauses } = talk;
  const patience = createPatience(pauses);
  const asking: Asking = { over: null, seq: begun.seq, held: [] };
  const unwatch = await api.watch(begun.id, (event) => {
    const isNews = asking.over !== null && event.seq > asking.seq;
    // Whoever is being asked stops first: what is said then stands on lines of its own.
    if (isNews) asking.over?.abort();
    if (isNews || asking.held.length) asking.held.push(event);
    else speaker.hear(event);
  });
  const interruption = new Promise<'interrupted'>((resolve) => {
    signal.addEventListener('abort', () => resolve('interrupted'));
  });
  let session = begun;
  try {
    while (session.status === 'running' || session.status === 'waiting') {
      if (signal.aborted) return { kind: 'interrupted', session };
      const step = moveOn(talk, session, asking);
      step.catch(() => undefined);
      const moved = await Promise.race([step, interruption]);
      if (moved === 'interrupted') return { kind: 'interrupted', session };
      if (moved === 'answers used up') return { kind: 'answers used up', session };
      session = moved;
      patience(session);
      await catchUp(api, session, speaker);
    }
    return { kind: 'over', session };
  } finally {
    unwatch();
  }
}

type Moved = SessionView | 'answers used up' | 'interrupted';
/** Who is being asked at the moment, if anybody. */
interface Asking {
  over: AbortController | null;
  /** The number of the last event when it was asked. */
  seq: number;
  /** What is said once nobody is being asked any more. */
  held: SessionEvent[];
}

/** Does what the session stands still for. */
async function moveOn(talk: Talk, session: SessionView, asking: Asking): Promise<Moved> {
  const { api, tick, signal } = talk;
  const { id, wait, nodeId } = session;
  switch (wait?.for) {
    case 'message':
      return answer(talk, session, wait, asking);
    case 'person':
      // Whoever was handed over goes on talking.
      return answer(talk, session, { for: 'message', expects: { kind: 'text' } }, asking);
    case 'client':
      return (await api.sessions[wait.to]({ id, nodeId: nodeId! })).session;
    case 'time':
    case 'webhook':
    case undefined:
      await sleep(POLL_MS, undefined, { signal });
      await tick();
      return api.sessions.get({ id });
  }
}
const POLL_MS = 250;

/** Asks for as long as the session stands where it does: by time, or elsewhere, it may move on without an answer. */
async function ask(talk: Talk, session: SessionView, wait: MessageWait, asking: Asking): Promise<Given> {
  const { answers, speaker, signal } = talk;
  const over = new AbortController();
  signal.addEventListener('abort', () => over.abort(), { once: true, signal: over.signal });
  Object.assign(asking, { over, seq: session.seq });
  const looking = lookOn(talk, session, over);
  looking.catch(() => over.abort());
  const isHeardOut = isListening(wait) && !answers.mayAdd;
  try {
    return await (isHeardOut ? calledOff(over.signal) : answers.next(wait, over.signal));
  } finally {
    over.abort();
    asking.over = null;
    for (const event of asking.held.splice(0)) speaker.hear(event);
    await looking;
  }
}

/** Lets time move the session on while somebody is asked, and ends that when it has. */
async function lookOn({ api, tick }: Talk, { id, seq, wait }: SessionView, over: AbortController) {
  while (!over.signal.aborted) {
    await sleep(POLL_MS, undefined, { signal: over.signal }).catch(() => undefined);
    if (over.signal.aborted || !isDue(wait)) continue;
    await tick();
    if ((await api.sessions.get({ id })).seq > seq) over.abort();
  }
}

/** Whether time may end the wait at this moment. */
const isDue = (wait: SessionView['wait']): boolean =>
  wait !== null &&
  ((wait.for === 'message' && isListening(wait)) ||
    ('until' in wait && wait.until !== undefined && Date.parse(wait.until) <= Date.now()));

/** More may come of an answer that has begun. */
const isListening = ({ heard = [] }: MessageWait): boolean => heard.length > 0;

/** Short delays are part of the talk: only of a longer pause somebody wants to know that nothing hangs. */
function createPatience(pauses: Talk['pauses']) {
  let seen = -1;
  let polls = 0;
  return ({ wait, seq }: SessionView): void => {
    if (wait?.for !== 'time' && wait?.for !== 'webhook') return;
    polls = seq === seen ? polls + 1 : 1;
    seen = seq;
    if (polls === POLLS_OF_A_MOMENT) pauses?.(wait);
  };
}
const POLLS_OF_A_MOMENT = 4;

async function answer(talk: Talk, session: SessionView, wait: MessageWait, asking: Asking): Promise<Moved> {
  const { api, askAgain } = talk;
  const given = await ask(talk, session, wait, asking);
  if (given.kind === 'called off') return api.sessions.get({ id: session.id });
  if (given.kind === 'interrupted') return 'interrupted';
  if (given.kind === 'none') return 'answers used up';
  const { id, seq } = session;
  try {
    // Derived from where the session stands: an answer that was sent twice, also after a crash, is heard once.
    const messageId = `cli:${seq}`;
    return (await api.sessions.send({ id, message: given.text, messageId })).session;
  } catch (cause) {
    const isAnswersFault =
      cause instanceof CrmflowError && (cause.code === 'too_large' || cause.code === 'invalid_input');
    if (!isAnswersFault || !askAgain) throw cause;
    askAgain(cause);
    return session;
  }
}

/** Says what was told while nobody here listened: by another process, or before the watch began. */
async function catchUp(api: Crmflow, { id, seq }: SessionView, speaker: Speaker): Promise<void> {
  while (speaker.heard() < seq) {
    const { items } = await api.sessions.events({ id, after: speaker.heard() });
    if (!items.length) return;
    items.forEach(speaker.hear);
  }
}

/** Numbers go up by one: what comes twice, by the turn and by the watch, is passed on once. */
export function inOrder(from: number, say: (event: SessionEvent) => void): Speaker {
  let last = from;
  return {
    heard: () => last,
    hear(event) {
      if (event.seq <= last) return;
      last = event.seq;
      say(event);
    },
  };
}
