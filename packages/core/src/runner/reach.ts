import type { Session } from '../session/session.ts';
import type { Flow } from '../workflow/flow.ts';
import type { RunnerPorts } from './runner.ts';

/** Under which messages and calls of a user to a number are counted: it names neither. */
export const sendingId = (ids: Pick<RunnerPorts['ids'], 'hash'>, userId: string, number: string): string =>
  ids.hash(`${userId} ${number}`);

/** Counts a message or a call to a number, in all sessions of an owner; whether it may be sent. */
export async function countTo(
  number: string,
  flow: Flow,
  { userId }: Session,
  { store, ids, clock }: RunnerPorts,
): Promise<boolean> {
  if (userId === null) return false;
  const { count: most, minutes } = flow.main.settings.sending.perNumber;
  const now = clock.now();
  return store.sendings.count({
    id: sendingId(ids, userId, number),
    userId,
    at: now.toISOString(),
    since: new Date(now.getTime() - minutes * 60_000).toISOString(),
    most,
  });
}
