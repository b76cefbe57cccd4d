import { CrmflowError } from '../errors.ts';
import { bodyOf, type Sent } from '../nodes/sent.ts';
import { textFor } from '../nodes/listen/read/texts.ts';
import type { Runner } from '../runner/runner.ts';
import { nothingWaits } from '../session/callback.ts';
import type { Store } from '../store.ts';
import type { Addresses } from './addresses.ts';
import { createAnswers } from './answers.ts';

interface Needs {
  store: Store;
  runner: Runner;
  read: Addresses['read'];
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
      if (!version || session.wait?.for !== 'webhook' || session.wait.hook !== hook) throw nothingWaits();
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
        throw cause instanceof CrmflowError && cause.code === 'not_found' ? nothingWaits() : cause;
      });
    },
  };

  function readOr(token: string) {
    const found = read('callback', token);
    if (!found) throw nothingWaits();
    const [sessionId, hook] = found;
    return { sessionId, hook: Number(hook) };
  }
}
export interface CallbackPage {
  language: string;
  question: string;
  go: string;
  done: string;
}
