import type { Notice } from '../session/notices.ts';
import type { LogEntry } from '../session/session.ts';

/** What of a conversation by message or telephone was handed over. */
export interface Thread {
  sessionId: string;
  /** The number of the last event that was, or that nobody else hands over any more. */
  seq: number;
}

/** What an open conversation is found by. */
export interface ThreadKeys {
  /** Within its workflow: no other that is open has it. */
  key: string;
  /** Within all workflows of its owner; null where it is found by its key alone. */
  line: string | null;
}

/** Which session a message on a line may be for. */
export interface Hearing {
  sessionId: string;
  /** It is not known yet whether it will wait for words. */
  isAtWork: boolean;
}

/** A piece of what a session said, as it goes out. */
export interface Outgoing {
  text: string;
  /** Addresses of what goes with it. */
  media: readonly string[];
}

/** What is to be sent of a session, by itself. */
export interface NewDelivery {
  /** The number of the event it says, and which part of that, from 0. */
  seq: number;
  part: number;
  content: Outgoing;
}

export interface Delivery extends NewDelivery {
  sessionId: string;
  /** How often it was tried in vain. */
  attempts: number;
}

export const deliveryStates = ['waiting', 'sending', 'sent', 'failed', 'unknown'] as const;

/** What became of a delivery. */
export interface DeliveryRow extends Omit<Delivery, 'content'> {
  state: (typeof deliveryStates)[number];
  /** Null once nothing is to be sent any more. */
  content: Outgoing | null;
  /** What Twilio calls it. */
  sid: string | null;
  /** Why it did not go out, in one word. */
  reason: string | null;
}

/** How one try to send ended. */
export type Settled =
  | { state: 'sent'; sid: string | null }
  | { state: 'failed' | 'unknown'; reason: string }
  /** Nothing went out: it is tried again then. */
  | { state: 'waiting'; reason: string; dueAt: string };

/** What the log says of a message that has not gone out, or may not have. */
export const unsentLog = ({ state, reason }: Pick<DeliveryRow, 'state' | 'reason'>): LogEntry => ({
  eventType: 'message_sent',
  nodeId: null,
  nodeType: null,
  data: { unsent: state, reason },
});

/** What is to be told to an owner, until it is. */
export interface StoredNotice extends Notice {
  sessionId: string;
  /** How often it was told in vain. */
  attempts: number;
}

/** Conversations by message or telephone. They begin with their session. */
export interface ThreadStore {
  get(sessionId: string): Promise<Thread | null>;
  /** The session that is at it. */
  find(key: string): Promise<string | null>;
  /**
   * The open session on a line that has taken this message already, else the one that waits for words and moved last, else one
   * that is at work and may wait for some then.
   */
  hearing(line: string, messageId: string | null): Promise<Hearing | null>;
  /**
   * Takes what a session told after `from`, up to `to`: nobody else hands it over. `deliveries` are what is to be sent of
   * it; `isOver` frees key and line. Whether nobody was faster.
   */
  handOver(
    taken: Omit<Thread, 'seq'> & {
      from: number;
      to: number;
      isOver: boolean;
      deliveries?: readonly NewDelivery[];
    },
  ): Promise<boolean>;
  /** Sessions that told something which nobody has handed over, and stand since `before`. */
  behind(before: string, limit: number): Promise<string[]>;
}

/** What goes out of a session by itself: one after the other, and each at most once. */
export interface DeliveryStore {
  /** Of a session, in order. */
  list(sessionId: string): Promise<DeliveryRow[]>;
  /** Takes what is first to be sent of a session, unless that is being sent or not due; its sender has died at `until`. */
  next(sessionId: string, now: string, until: string): Promise<Delivery | null>;
  /** At that time. What has not gone out, or may not have, stands in the log of its workflow. */
  settle(which: Omit<Delivery, 'content' | 'attempts'>, settled: Settled, at: string): Promise<void>;
  /** Those whose sender has died may have gone out: they are `unknown`, as the log says. Gives sessions of which something is due. */
  due(now: string, limit: number): Promise<string[]>;
}

/** What owners are told of sessions that were handed over: noted with its commit, told in order, each at least once. */
export interface NoticeStore {
  /** Takes the first of each session that has been due longest: nobody else takes it before `until`. */
  claim(now: string, limit: number, until: string): Promise<StoredNotice[]>;
  /** It was told; or it is given up, with a line `given` to its workflow's log. */
  remove(
    which: Pick<StoredNotice, 'sessionId' | 'seq'>,
    given?: { log: LogEntry; at: string },
  ): Promise<void>;
  /** It was told in vain: it and what follows it in its session are told then. */
  putOff(which: Pick<StoredNotice, 'sessionId' | 'seq'>, dueAt: string): Promise<void>;
}
