import type { Turn } from '../runner/runner.ts';

/** Told what a turn stored first, before its session does anything outside. */
export type Begun = (turn: Turn) => void;

/** A caller who waits longer has often been given up by what stands between. */
const ANSWER_MS = 20_000;

/**
 * What a turn is answered with: all that came of it, when its session rests in time, else what was stored first. From then
 * on whatever fails is no longer the caller's: it is reported, and the session is due again when its lease ends.
 */
export function createAnswers(report: (cause: unknown, sessionId: string) => void) {
  const within = (ms: number) => async (work: (begun: Begun) => Promise<Turn>) => {
    let first: Turn | undefined;
    let timer: NodeJS.Timeout | undefined;
    let giveUp: (turn: Turn) => void = () => undefined;
    const late = new Promise<Turn>((resolve) => void (giveUp = resolve));
    const whole = work((turn) => {
      first = { session: turn.session, events: [...turn.events] };
      timer = setTimeout(giveUp, ms, first);
    }).catch((cause: unknown) => {
      if (!first) throw cause;
      report(cause, first.session.id);
      return first;
    });
    try {
      return await Promise.race([whole, late]);
    } finally {
      clearTimeout(timer);
    }
  };
  return { within, inTime: within(ANSWER_MS), atOnce: within(0) };
}
