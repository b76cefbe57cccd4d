import type { CRMFlow, SessionView } from '@crmflow/sdk';
import { words } from './words.ts';

/** Whoever hears nothing for so long may think that it is broken. */
const SILENT_MS = 400;

interface Needs {
  client: CRMFlow;
  sessionId: string;
  say(text: string): void;
}

export type Silence = ReturnType<typeof createSilence>;

/** Says what a conversation waits for, once it is silent though nothing is asked. */
export function createSilence({ client, sessionId, say }: Needs) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let heard = 0;
  let hasSaid = false;

  async function look() {
    const before = heard;
    const { wait } = await client.sessions.get({ id: sessionId });
    const sentence = sentenceFor(wait);
    if (heard !== before || sentence === '') return;
    hasSaid = true;
    say(sentence);
  }
  return {
    /** Something was heard, after which it is said anyway what comes next, or perhaps not. */
    heard(isSaid: boolean): void {
      heard += 1;
      clearTimeout(timer);
      if (hasSaid) say('');
      hasSaid = false;
      // Who cannot ask is told so by the connection.
      if (!isSaid) timer = setTimeout(() => void look().catch(() => undefined), SILENT_MS);
    },
  };
}

function sentenceFor(wait: SessionView['wait']): string {
  switch (wait?.for) {
    case 'time': {
      const at = new Date(wait.until).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
      return words.untilThen(at);
    }
    case 'webhook':
      return words.elsewhere;
    default:
      return '';
  }
}
