import { CrmflowError } from '../errors.ts';
import { bodyOf, type Sent } from '../nodes/sent.ts';
import { textFor } from '../nodes/listen/read/texts.ts';
import type { Ids, Sealer } from '../ports.ts';
import type { Runner } from '../runner/runner.ts';
import type { Store } from '../store.ts';
import { createAnswers } from './answers.ts';

/** Enough that nobody guesses one: 160 bits in hexadecimal. */
const MARK_CHARS = 40;

interface Signs {
  sealer: Sealer;
  ids: Ids;
  /** Where people and other systems reach this installation, without a / at its end. */
  publicUrl: string;
}

/** The addresses of sessions that wait for a call: a key of the installation says that it was us who made one. */
export function createCallbackAddresses({ sealer, ids, publicUrl }: Signs) {
  const marks = (sessionId: string, hook: number) =>
    sealer.fingerprints(`callback ${sessionId} ${hook}`).map((mark) => mark.slice(0, MARK_CHARS));
  return {
    callbackUrl: (sessionId: string, hook: number) =>
      `${publicUrl}/api/hooks/wait/${sessionId}.${hook}.${marks(sessionId, hook)[0]}`,
    /** What a token stands for; null for one that is none of ours. */
    read(token: string): { sessionId: string; hook: number } | null {
      const [, sessionId = '', number = '', mark = ''] = TOKEN.exec(token) ?? [];
      const hook = Number(number);
      // Compared by their hashes: how long that takes tells nothing of the mark.
      const isOurs = marks(sessionId, hook).some((each) => ids.hash(each) === ids.hash(mark));
      return isOurs && sessionId !== '' ? { sessionId, hook } : null;
    },
  };
}
const TOKEN = /^([\w-]{1,100})\.(\d{1,9})\.([0-9a-f]{40})$/;

interface Needs {
  store: Store;
  runner: Runner;
  read: ReturnType<typeof createCallbackAddresses>['read'];
  report(cause: unknown, sessionId: string): void;
}

/** What other systems and people may do at such an address: see what it is for, and call it. */
export function createCallbacks({ store, runner, read, report }: Needs) {
  const { atOnce } = createAnswers(report);
  return {
    /** The words for whoever opens it. Refuses as `call` does. */
    async look(token: string): Promise<CallbackPage> {
      const { sessionId, hook } = readOr(token);
      const session = await store.sessions.get(sessionId);
      const version = session && (await store.versions.get(session.versionId));
      if (!version || session.wait?.for !== 'webhook' || session.wait.hook !== hook) throw over();
      const { language, texts } = version.graph.settings;
      const say = (key: string) => textFor(key, language, {}, texts);
      return {
        language,
        question: say('callback_question'),
        go: say('callback_go'),
        done: say('callback_done'),
      };
    },
    /** Ends the wait; what comes of it is done after this. Refuses with `not_found` what is not waited for, or no longer. */
    async call(token: string, sent: Sent): Promise<void> {
      const { sessionId, hook } = readOr(token);
      const wake = { by: 'webhook' as const, hook, body: bodyOf(sent), query: sent.query };
      await atOnce((begun) => runner.deliver(sessionId, wake, { begun })).catch((cause: unknown) => {
        throw cause instanceof CrmflowError && cause.code === 'not_found' ? over() : cause;
      });
    },
  };

  function readOr(token: string) {
    const found = read(token);
    if (found) return found;
    throw over();
  }
}
export interface CallbackPage {
  language: string;
  question: string;
  go: string;
  done: string;
}

const over = () => new CrmflowError('not_found', 'Nothing waits at this address, or no longer.');
