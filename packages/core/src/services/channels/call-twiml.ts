import { escapeMarkup } from '../../nodes/integration/markup.ts';
import { attributesOf, response, say, spokenLanguage } from '../../nodes/integration/twiml.ts';
import { textFor } from '../../nodes/listen/read/texts.ts';
import type { TalkKey } from '../../nodes/listen/read/texts-en.ts';
import type { Expects } from '../../nodes/wait.ts';
import type { Message, Session } from '../../session/session.ts';
import type { Settings } from '../../workflow/workflow.ts';
import { keysOf } from './keypad.ts';

/** Where a call goes on. */
interface Ways {
  /** With what was said or pressed. */
  answer: string;
  /** A moment later. */
  poll: string;
  /** Who is dialled for the caller, and where the call goes on once they have spoken or nobody has answered. */
  dial?: { number: string; then: string } | undefined;
  now: Date;
}
interface Spoken {
  session: Session;
  lines: readonly Pick<Message, 'text' | 'media'>[];
}

/** Nobody holds the line for longer. */
const LONGEST_PAUSE_MS = 60_000;
/** How long somebody may think before speaking, in seconds. */
const THINKING = 5;
/** How long it rings at whoever is dialled, in seconds: a mailbox answers later. */
const RINGING = 25;
/** That Twilio takes of hints, each. */
const HINT_CHARS = 100;

export const HANGUP = response(['<Hangup/>']);

/** Says a built-in sentence and hangs up. */
export const farewell = (key: TalkKey, settings: Settings): string =>
  response([sentence(key, settings), '<Hangup/>']);

/**
 * What a call hears now and what comes then, as TwiML (www.twilio.com/docs/voice/twiml, with its verbs Say, Play, Gather,
 * Dial, Pause, Redirect and Hangup). A question is asked inside a Gather: whoever knows the answer may speak at once.
 */
export function callTwiml({ session, lines }: Spoken, settings: Settings, ways: Ways): string {
  const spoken = lines.flatMap((line) => spokenLine(line, settings));
  const { status, wait } = session;
  const onHold = (seconds: number) =>
    `<Pause length="${seconds}"/><Redirect>${escapeMarkup(ways.poll)}</Redirect>`;
  if (status === 'running') return response([...spoken, onHold(1)]);
  switch (wait?.for) {
    case 'message':
      return response([gather([...spoken, ...menu(wait.expects, settings)], wait.expects, settings, ways)]);
    case 'time': {
      const ms = Date.parse(wait.until) - ways.now.getTime();
      if (ms <= LONGEST_PAUSE_MS) return response([...spoken, onHold(Math.max(1, Math.ceil(ms / 1000)))]);
      return response([...spoken, sentence('call_later', settings), '<Hangup/>']);
    }
    case 'webhook':
      return response([...spoken, sentence('call_later', settings), '<Hangup/>']);
    case 'person':
      if (ways.dial) return response([...spoken, dial(ways.dial)]);
      return response([...spoken, sentence('call_person', settings), '<Hangup/>']);
    default:
      return response([
        ...spoken,
        ...(status === 'failed' ? [sentence('call_failed', settings)] : []),
        '<Hangup/>',
      ]);
  }
}

const dial = ({ number, then }: NonNullable<Ways['dial']>) =>
  `<Dial${attributesOf({ action: then, timeout: String(RINGING) })}>${number}</Dial>`;

const sentence = (key: TalkKey, settings: Settings) =>
  say(textFor(key, settings.language, {}, settings.texts), settings);

function spokenLine({ text, media }: Pick<Message, 'text' | 'media'>, settings: Settings): string[] {
  const words = text || (media?.kind === 'audio' ? '' : (media?.alt ?? ''));
  return [
    ...(words ? [say(words, settings)] : []),
    ...(media?.kind === 'audio' ? [`<Play>${escapeMarkup(media.url)}</Play>`] : []),
  ];
}

function menu({ kind, choices = [] }: Expects, settings: Settings): string[] {
  if (kind !== 'choice' && kind !== 'confirm') return [];
  const lines = choices.map(({ label }, at) =>
    textFor('press', settings.language, { choice: label, key: String(at + 1) }, settings.texts),
  );
  return lines.length ? [say(lines.join(' '), settings)] : [];
}

function gather(spoken: readonly string[], expects: Expects, settings: Settings, ways: Ways): string {
  const keys = keysOf(expects);
  const hints = (expects.choices ?? []).map(({ label }) => label.replaceAll(',', ' ').slice(0, HINT_CHARS));
  const attributes = {
    input: 'dtmf speech',
    language: spokenLanguage(settings.language),
    speechTimeout: 'auto',
    timeout: String(THINKING),
    actionOnEmptyResult: 'true',
    action: ways.answer,
    ...(keys === undefined ? { finishOnKey: '#' } : { numDigits: String(keys) }),
    ...(hints.length && { hints: hints.join(', ') }),
  };
  return `<Gather${attributesOf(attributes)}>${spoken.join('')}</Gather>`;
}
