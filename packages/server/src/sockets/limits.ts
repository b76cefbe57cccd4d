import { createRecent } from './recent.ts';

/** How often sockets may do things. Each refuses with `rate_limited` and, in the details, `retryAfter` in seconds. */
export interface SocketLimits {
  /** One more connection from an address. */
  connect(address: string): Promise<void>;
  /** One more event of a socket, of whatever kind. */
  event(socketId: string): Promise<void>;
  /** One more session begun by a guest from an address. */
  guestStart(address: string): Promise<void>;
  /** One more message in a session. */
  message(sessionId: string): Promise<void>;
}

export type CountMessage = (sessionId: string, messageId: string | undefined) => Promise<void>;

/** Counts the copies of one message once: a client that sends it again to be sure is no flood. */
export function countingCopiesOnce(message: SocketLimits['message']): CountMessage {
  const counted = createRecent();
  return async (sessionId, messageId) => {
    if (messageId === undefined) return message(sessionId);
    const key = JSON.stringify([sessionId, messageId]);
    if (counted.has(key)) return;
    counted.add(key);
    await message(sessionId);
  };
}
