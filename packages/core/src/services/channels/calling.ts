import { CrmflowError } from '../../errors.ts';
import type { Wake } from '../../nodes/wait.ts';
import type { Clock, Ids } from '../../ports.ts';
import type { Runner } from '../../runner/runner.ts';
import type { Calling } from '../../runner/take.ts';
import { stepAt } from '../../session/draft.ts';
import { isOpen, type Message, type Session, type SessionEvent } from '../../session/session.ts';
import type { Store } from '../../store.ts';
import { dialIn } from '../../workflow/step.ts';
import type { Settings, Workflow } from '../../workflow/workflow.ts';
import { callTwiml, farewell, HANGUP } from './call-twiml.ts';
import type { Called } from './inbound.ts';
import { wordsOf } from './keypad.ts';
import { messagesTwiml } from './messages.ts';
import type { Told } from './deliveries.ts';
import type { Talk } from './talk.ts';

interface Needs {
  store: Store;
  ids: Ids;
  clock: Clock;
  runner: Runner;
  talk: Talk;
}
interface Answer {
  twiml: string;
  session: { id: string } | null;
}
/** One request of a call: the answer to a question, or a look whether there is something to say. */
interface Turn {
  called: Called;
  url: URL;
  settings: Settings;
}

/** Whoever says nothing is asked so often again. */
const MOST_REPEATS = 2;
/** A second each: what has not been answered by then will not be. */
const MOST_POLLS = 200;
const NOTHING = messagesTwiml([]);
/** One number after the other: who is still not put through is called back. */
const MOST_DIALS = 5;
/** What Twilio says of a number it has dialled and that somebody has picked up. */
const SPOKEN = new Set(['completed', 'answered']);

/** Takes calls: each is a session of its own. */
export function createCalling({ store, ids, clock, runner, talk }: Needs) {
  const settingsOf = async (session: Session) => (await runner.flowOf(session)).main.settings;
  /** Whom a caller is put through to where the session stands; not to the number that was called, nor again and again. */
  async function dialFor(session: Session, url: URL): Promise<string | undefined> {
    if (session.wait?.for !== 'person' || numberIn(url, 'dials') >= MOST_DIALS) return undefined;
    const number = dialIn(stepAt(await runner.flowOf(session), session));
    return number === session.channel?.own ? undefined : number;
  }
  const answer = ({ id }: Session, twiml: string): Answer => ({ twiml, session: { id } });

  /** Says what there is to say, and tells Twilio where the call goes on. */
  async function speak(spoken: Spoken, { url, settings }: Turn, asked = 0): Promise<Answer> {
    const polls = numberIn(url, 'poll') + 1;
    if (polls > MOST_POLLS) return answer(spoken.session, farewell('call_failed', settings));
    const { session, lines } = (await dialFor(spoken.session, url)) ? await held(spoken) : spoken;
    const number = await dialFor(session, url);
    const dialling = { dialled: sinceOf(session), dials: numberIn(url, 'dials') + 1 };
    const ways = {
      answer: addressOf(url, { at: session.seq, asked }),
      poll: addressOf(url, { poll: polls }),
      dial: number === undefined ? undefined : { number, then: addressOf(url, dialling) },
      now: clock.now(),
    };
    return answer(session, callTwiml({ session, lines }, settings, ways));
  }

  /** Who is put through has all the time they need. Somebody may have answered in writing meanwhile, or given it back. */
  async function held({ session, lines }: Spoken): Promise<Spoken> {
    const told =
      (await talk.goOn(session.id, waking({ by: 'person', text: '' }, null))) ?? (await talk.hear(session));
    return { session: told.session, lines: [...lines, ...linesOf(told.events)] };
  }

  const waking = (wake: Wake, messageId: string | null) => (session: Session) => {
    const takes = session.wait?.for === (wake.by === 'person' ? 'person' : 'message');
    return async (begun: Calling['begun']) =>
      takes ? runner.deliver(session.id, wake, { messageId, begun }) : { session, events: [] };
  };

  async function wakeUp(session: Session, wake: Wake, turn: Turn): Promise<Answer> {
    const { called, url } = turn;
    const told = await talk.goOn(session.id, waking(wake, `${called.sid} ${url.search}`));
    if (!told) return answer(session, HANGUP);
    // Who has spoken has finished: more of an answer is not waited for.
    const { wait } = told.session;
    const isPart = wait?.for === 'message' && wait.heard !== undefined;
    const rest = isPart ? await talk.goOn(session.id, waking({ by: 'time' }, null)) : null;
    const events = [...told.events, ...(rest?.events ?? [])];
    return speak({ session: rest?.session ?? told.session, lines: linesOf(events) }, turn);
  }

  /** Nobody said anything: the question's own way for that, or it is asked again, or the call ends. */
  async function silence(session: Session, turn: Turn): Promise<Answer> {
    if (session.dueAt !== null) return wakeUp(session, { by: 'time' }, turn);
    const asked = numberIn(turn.url, 'asked') + 1;
    if (asked > MOST_REPEATS) {
      await runner.end(session.id, 'ended');
      return answer(session, farewell('call_silence', turn.settings));
    }
    const told = await talk.hear(session);
    const last = (await store.lastMessages(session.id, 10)).findLast(({ from }) => from === 'bot');
    const lines = told.events.length ? linesOf(told.events) : last ? [last] : [];
    return speak({ session: told.session, lines }, turn, asked);
  }

  async function goOn(session: Session, turn: Turn): Promise<Answer> {
    const { called, url, settings } = turn;
    if (isOpen(session) && session.wait?.for === 'message' && url.searchParams.has('at')) {
      const text = wordsOf(called, session.wait.expects, settings.language);
      return text === '' ? silence(session, turn) : wakeUp(session, { by: 'message', text }, turn);
    }
    const told = await talk.hear(session);
    return speak({ session: told.session, lines: linesOf(told.events) }, turn);
  }

  /** Whoever was dialled has spoken with the caller, or has not answered: the conversation goes on by that way. */
  async function putThrough(session: Session, turn: Turn): Promise<Answer> {
    const { called, url } = turn;
    const wake: Wake = { by: 'person', text: '', port: SPOKEN.has(called.dialled) ? 'out' : 'unanswered' };
    const isStill = session.wait?.for === 'person' && numberIn(url, 'dialled') === sinceOf(session);
    if (!called.isOver) return isStill ? wakeUp(session, wake, turn) : goOn(session, turn);
    if (isStill) await talk.goOn(session.id, waking(wake, null));
    await hangUp(session);
    return answer(session, NOTHING);
  }

  /** Whoever has hung up answers no question any more; what goes on without an answer goes on. */
  async function hangUp(session: Session): Promise<void> {
    await talk.goOn(session.id, ({ id, wait, status }) => {
      if (status === 'running') throw new CrmflowError('conflict', 'The session is at work.');
      return async () => (wait?.for === 'message' ? runner.end(id, 'ended') : { session, events: [] });
    });
  }

  return async function call(workflow: Workflow, called: Called, url: URL): Promise<Answer> {
    const thread = { key: ids.hash([workflow.id, 'call', called.sid].join('\n')), line: null };
    const id = await store.threads.find(thread.key);
    const session = id === null ? null : await store.sessions.get(id);
    if (session && called.dialled)
      return putThrough(session, { called, url, settings: await settingsOf(session) });
    if (called.isOver) {
      if (session) await hangUp(session);
      return { twiml: NOTHING, session };
    }
    if (session) return goOn(session, { called, url, settings: await settingsOf(session) });
    // It was over, and all that was left has been said.
    if (url.searchParams.has('at') || url.searchParams.has('poll')) return { twiml: HANGUP, session: null };
    const given = { channel: called.channel, thread, said: null, messageId: null };
    const told = await talk.converse(workflow, given, (there) => async () => ({
      session: there,
      events: [],
    }));
    if (!told) return { twiml: HANGUP, session: null };
    const turn = { called, url, settings: await settingsOf(told.session) };
    return speak({ session: told.session, lines: linesOf(told.events) }, turn);
  };
}

interface Spoken extends Pick<Told, 'session'> {
  lines: readonly Pick<Message, 'text' | 'media'>[];
}
const linesOf = (events: readonly SessionEvent[]): Message[] =>
  events.flatMap((event) =>
    event.type === 'session:message' && event.message.from === 'bot' ? [event.message] : [],
  );

/** Which wait for a person it is, as a number. */
const sinceOf = ({ wait }: Session): number =>
  wait?.for === 'person' && wait.since !== undefined ? Date.parse(wait.since) : 0;

const numberIn = (url: URL, name: string): number => Number(url.searchParams.get(name) ?? 0) || 0;

function addressOf({ origin, pathname }: URL, query: Record<string, number>): string {
  const pairs = Object.entries(query).map(([name, value]) => `${name}=${value}`);
  return `${origin}${pathname}?${pairs.join('&')}`;
}
