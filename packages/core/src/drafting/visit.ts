import type { Played } from '../session/play.ts';
import type { Session } from '../session/session.ts';
import { pauseOf, type Exchange, type Line, type ModelAnswer } from '../workflow/conversation.ts';
import type { Beginning } from './beginnings.ts';
import type { Moved, Stage } from './stage.ts';
import { answersTo } from './visitor.ts';

/** Where a conversation has come to, and how from the visit before. */
export interface Visit {
  from: Visit | null;
  played: Played;
  now: Date;
  beginning: Beginning;
  /** What was said since. */
  lines: Line[];
  /** Ways out that were taken since. */
  ways: readonly string[];
  http: readonly Exchange[];
  ai: readonly ModelAnswer[];
  /** Answers and pauses so far. */
  turns: number;
}
/** Something that may come next. */
export interface Move {
  /** The same for all moves that do the same at the same node. */
  key: string;
  turns: number;
  make(): Promise<{ visit: Visit; others: Move[] }>;
}

/** Answers and pauses in one conversation. */
const MOST_TURNS = 60;

/** Every way to begin. */
export const firstMoves = (stage: Stage): Move[] =>
  stage.beginnings.map((beginning, at) => ({
    key: `begins ${at}`,
    turns: 0,
    make() {
      const now = new Date(beginning.at);
      const visit = visitOf(stage.begin(beginning), { from: null, now, beginning, turns: 0 });
      return Promise.resolve({ visit, others: [] });
    },
  }));

/** All visits on the way to this one, the first before the others. */
export function wayTo(visit: Visit): Visit[] {
  const way = [visit];
  for (let { from } = visit; from; { from } = from) way.unshift(from);
  return way;
}

type Rest = Pick<Visit, 'from' | 'now' | 'beginning' | 'turns'> & Partial<Pick<Visit, 'http' | 'ai'>>;
function visitOf({ played, ways }: Moved, rest: Rest, before: Line[] = []): Visit {
  const lines = played.lines.map(({ from, text }): Line => (from === 'bot' ? { bot: text } : { user: text }));
  return { http: [], ai: [], ...rest, played, ways, lines: [...before, ...lines] };
}

/** Whatever may come next: answers of the visitor, time, or what the outside does. */
export function movesFrom(visit: Visit, stage: Stage): Move[] {
  const { session } = visit.played;
  if (visit.turns >= MOST_TURNS) return [];
  if (visit.played.stands === 'effect') return [reaching(visit, stage, 0)];
  const pass = session.dueAt === null ? [] : [passing(visit, stage, session.dueAt)];
  return [...saying(visit, stage), ...handingBack(visit, stage), ...pass];
}

function saying(visit: Visit, stage: Stage): Move[] {
  const { now, turns } = visit;
  const { session } = visit.played;
  if (session.wait?.for !== 'message') return [];
  const nodeId = session.nodeId!;
  const { saveAs } = stage.steps.get(nodeId)!.data as { saveAs?: string };
  const answers = answersTo({
    expects: session.wait.expects,
    now,
    samples: stage.samples.get(nodeId) ?? [],
    hints: stage.hints.constants(saveAs ?? 'message'),
    questions: stage.questions,
  });
  return answers.map((text) =>
    move(visit, text, () => {
      const rest = { from: visit, now, beginning: visit.beginning, turns: turns + 1 };
      return visitOf(stage.wake(session, { by: 'message', text }, now), rest);
    }),
  );
}

/** Whoever it was handed over to may give it back by any way. */
function handingBack(visit: Visit, stage: Stage): Move[] {
  const { session } = visit.played;
  if (session.wait?.for !== 'person') return [];
  const { kind, data } = stage.steps.get(session.nodeId!)!;
  return (kind.ports?.(data) ?? [])
    .filter((port) => port !== 'unanswered')
    .map((port) =>
      move(visit, `back ${port}`, () => {
        const rest = { from: visit, now: visit.now, beginning: visit.beginning, turns: visit.turns + 1 };
        return visitOf(stage.wake(session, { by: 'person', text: '', port }, visit.now), rest, [
          { back: port },
        ]);
      }),
    );
}

function passing(visit: Visit, stage: Stage, until: string): Move {
  const now = new Date(until);
  const pass = pauseOf(now.getTime() - visit.now.getTime());
  return move(visit, 'pass', () => {
    const rest = { from: visit, now, beginning: visit.beginning, turns: visit.turns + 1 };
    return visitOf(stage.wake(visit.played.session, { by: 'time' }, now), rest, [{ pass }]);
  });
}

const move = (visit: Visit, what: string, make: () => Visit): Move => ({
  key: `${visit.played.session.nodeId} ${what}`,
  turns: visit.turns,
  make: () => Promise.resolve({ visit: make(), others: [] }),
});

/** The first thing that may come of the outside tells how many others there are. */
function reaching(visit: Visit, stage: Stage, nth: number): Move {
  const { played, now, beginning, turns } = visit;
  return {
    key: `${played.session.nodeId} outside ${nth}`,
    turns,
    async make() {
      const spent = played.stands === 'effect' ? played.spent : { steps: 0, calls: 0, ms: 0 };
      const at = { session: played.session, spent, now, history: historyOf(visit) };
      const { http, ai, alternatives, ...moved } = await stage.reach(at, nth);
      const others = nth
        ? []
        : Array.from({ length: alternatives - 1 }, (_, at) => reaching(visit, stage, at + 1));
      return { visit: visitOf(moved, { from: visit, now, beginning, turns: turns + 1, http, ai }), others };
    },
  };
}

const historyOf = (visit: Visit) =>
  wayTo(visit).flatMap(({ played }) => played.lines.map(({ from, text }) => ({ from, text })));

/** Two visits with the same have the same before them, as far as anything depends on it. */
export function futureOf({ played: { session, stands }, now }: Visit, { deciding }: Stage): string {
  const { nodeId, status, variables, memory, stack, message, wait, outcome }: Session = session;
  const known = Object.entries({ ...variables, message }).filter(([name]) => deciding.has(name));
  return JSON.stringify([stands, nodeId, status, known, memory, stack, wait, outcome, now]);
}
