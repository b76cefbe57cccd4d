import type { Report } from '../contract/report.ts';
import type { Services } from '../contract/index.ts';
import { CrmflowError } from '../errors.ts';
import { defaultKind } from '../nodes/index.ts';
import type { Clock } from '../ports.ts';
import { isOpen } from '../session/session.ts';
import type { Alike, Counts, Store } from '../store.ts';
import type { Workflow } from '../workflow/workflow.ts';
import { ownedBy } from './workflows.ts';

interface Needs {
  store: Store;
  clock: Clock;
}
type Time = Pick<Report, 'since' | 'until'>;

const DEFAULT_DAYS = 30;

/** Tells the owner of a workflow what came of the sessions that were started on it in some time. */
export const createReport =
  ({ store, clock }: Needs): Services['workflows']['report'] =>
  async (actor, { id, ...asked }) => {
    const workflow = await ownedBy(store, actor, id);
    const { userId } = workflow;
    const time = timeOf(asked, clock.now());
    return reportOf(workflow, time, await store.counts({ userId, workflowId: id, ...time }));
  };

function timeOf(asked: { [K in keyof Time]?: string | undefined }, now: Date): Time {
  const until = asked.until === undefined ? now : new Date(asked.until);
  const since = asked.since === undefined ? daysBefore(until, DEFAULT_DAYS) : new Date(asked.since);
  if (since >= until)
    throw new CrmflowError(
      'invalid_input',
      `since: ${since.toISOString()} is not before ${asked.until === undefined ? 'now' : 'until'}, ${until.toISOString()}. Give an earlier one.`,
    );
  return { since: since.toISOString(), until: until.toISOString() };
}
const daysBefore = (time: Date, days: number) => new Date(time.getTime() - days * 86_400_000);

function reportOf({ nodes }: Workflow, time: Time, { sessions, reached }: Counts): Report {
  const finished = sessions.filter(({ status }) => status === 'finished');
  const open = sessions.filter(isOpen);
  const standing = sums(open, ({ nodeId }) => nodeId);
  const came = new Map(reached.map(({ nodeId, count }) => [nodeId, count]));
  return {
    ...time,
    started: sum(sessions),
    finished: sum(finished),
    failed: sum(sessions.filter(({ status }) => status === 'failed')),
    open: sum(open),
    outcomes: mostFirst(sums(finished, ({ outcome }) => outcome)).map(([outcome, count]) => ({
      outcome,
      count,
    })),
    channels: mostFirst(sums(sessions, ({ channel }) => channel)).map(([channel, count]) => ({
      channel,
      count,
    })),
    nodes: nodes.map(({ id, label, type, data: { kind } }) => ({
      nodeId: id,
      label,
      type,
      kind: typeof kind === 'string' ? kind : defaultKind[type],
      reached: came.get(id) ?? 0,
      standing: standing.get(id) ?? 0,
    })),
  };
}

const sum = (alike: readonly Alike[]): number => alike.reduce((all, { count }) => all + count, 0);

function sums<K>(alike: readonly Alike[], keyOf: (each: Alike) => K): Map<K, number> {
  const counts = new Map<K, number>();
  for (const each of alike) counts.set(keyOf(each), (counts.get(keyOf(each)) ?? 0) + each.count);
  return counts;
}

/** Of equal ones those with a name first, in its order: the same every time. */
const mostFirst = <K extends string | null>(counts: Map<K, number>): [K, number][] =>
  [...counts].sort(([one, some], [other, others]) => others - some || (rank(one) < rank(other) ? -1 : 1));
const rank = (name: string | null) => (name === null ? '1' : `0${name}`);
