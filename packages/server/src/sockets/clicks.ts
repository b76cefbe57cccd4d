import { CrmflowError } from '@crmflow/core/contract';

interface Said {
  sessionId: string;
  message: string;
  messageId?: string | undefined;
  /** The server asks on by itself, so that the next question may be there before the second click. */
  isAuto?: boolean;
}
interface Last {
  text: string;
  at: number;
  atWork: number;
}
/** Two clicks of one hand come closer together than two answers of one reader. */
const DOUBLE_CLICK_MS = 300;

export type Clicks = ReturnType<typeof createClicks>;

/** So many sessions are remembered before old ones are looked for. */
const MANY = 1_000;

interface Options {
  /** Whether any message is one too many while another is at work, or only the same again. */
  oneAtATime: boolean;
  now?: () => number;
}

/**
 * Tells a double click from an answer, for messages without an id of their own: one is refused while another message of
 * its session is at work and, in auto mode, when it repeats the last one at once.
 */
export function createClicks({ oneAtATime, now = () => performance.now() }: Options) {
  const lasts = new Map<string, Last>();

  function refuseDouble({ message, messageId, isAuto }: Said, last: Last) {
    if (messageId !== undefined) return;
    if (last.atWork && (oneAtATime || last.text === message))
      throw doubled('Another message of this session is being worked on.');
    if (isAuto && last.text === message && now() - last.at < DOUBLE_CLICK_MS)
      throw doubled('The same message came a moment ago.');
  }
  function forgetOld() {
    for (const [id, { atWork, at }] of lasts) if (!atWork && now() - at >= DOUBLE_CLICK_MS) lasts.delete(id);
  }

  /** Does the work of a message, unless it is a double click. */
  return async <T>(said: Said, work: () => Promise<T>): Promise<T> => {
    const known = lasts.get(said.sessionId);
    if (known) refuseDouble(said, known);
    else if (lasts.size >= MANY) forgetOld();
    const last = known ?? { text: '', at: 0, atWork: 0 };
    lasts.set(said.sessionId, last);
    Object.assign(last, { text: said.message, at: now(), atWork: last.atWork + 1 });
    try {
      return await work();
    } finally {
      last.atWork -= 1;
    }
  };
}

const doubled = (what: string) =>
  new CrmflowError('conflict', `${what} To send it as a message of its own, give it a messageId.`);
