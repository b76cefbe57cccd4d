import { CrmflowError, isDatabaseAway } from '../errors.ts';
import { failed, type EffectContext, type Outcome } from '../nodes/node.ts';
import type { Secret } from '../ports.ts';
import { pathOf, stepAt } from '../session/draft.ts';
import { contextOf } from '../session/play.ts';
import type { Work } from '../session/log.ts';
import type { Session } from '../session/session.ts';
import { plansIn } from '../session/stack.ts';
import { countriesOf } from '../workflow/countries.ts';
import { planAt, type Flow } from '../workflow/flow.ts';
import { gather, type Under } from './gather.ts';
import { publisherOf } from './publish.ts';
import { hasWithdrawn, noteWithdrawn } from './consent.ts';
import { countTo } from './reach.ts';
import type { Account, RunnerPorts } from './runner.ts';
import { watch } from './work.ts';

/** No node may reach outside for longer. */
const EFFECT_MS = 180_000;

/** Runs one node that reaches outside. */
export async function runEffect(
  flow: Flow,
  session: Session,
  ports: RunnerPorts,
  under: Under,
): Promise<{ session: Session; outcome: Outcome; work: Work }> {
  const { kind, data } = stepAt(flow, session);
  if (kind.isPure) throw new CrmflowError('internal', `${kind.type}/${kind.kind} reaches nowhere.`);
  const chunks = gather(flow, session, ports, under);
  const store = noting();
  const signal = AbortSignal.any([AbortSignal.timeout(EFFECT_MS), under.stop.signal]);
  let tokens = 0;
  const spend = {
    tokensLeft: () => flow.main.settings.limits.modelTokens - session.tokens - tokens,
    spend: (used: number) => void (tokens += used),
  };
  const { ai } = planAt(flow, session.graph).settings;
  const { http, mail, ticks } = ports;
  const watched = watch(
    {
      http,
      mail,
      ai: ports.ai(accountOf(flow, session, spend), ai.models),
      search: store.asked((question, { limit, items }) =>
        ports.search({ userId: session.userId, plans: plansIn(flow, session), question, limit, items }),
      ),
    },
    ticks,
  );
  const ctx: EffectContext = {
    ...contextOf(flow, session, ports.clock.now()),
    ...watched.ports,
    ...storedFor(flow, session, ports, store.asked),
    signal,
    stream: chunks.add,
    restart: chunks.drop,
  };
  const { wake } = session;
  const outcome = await Promise.resolve()
    .then(() => (wake && kind.resume ? kind.resume(data, wake, ctx) : kind.run(data, ctx)))
    .catch((cause: unknown) => failed(cause, ctx.nodeId));
  store.mustBeThere();
  const last = await chunks.rest();
  const { ms, data: done } = watched.work(outcome);
  return {
    session: { ...last, workedMs: last.workedMs + ms, tokens: session.tokens + tokens },
    outcome,
    work: {
      node: pathOf(session, ctx.nodeId),
      type: kind.type,
      data: { ...(last.attempt > 1 && { attempt: last.attempt }), ...done },
    },
  };
}

/** What a node may ask of the database, and know of the session it runs in. */
function storedFor(
  flow: Flow,
  session: Session,
  ports: RunnerPorts,
  asked: ReturnType<typeof noting>['asked'],
) {
  const { store, ids, clock, callbackUrl } = ports;
  const { id, userId, step, attempt } = session;
  const stepId = `${id}:${step}`;
  return {
    countries: countriesOf(flow.main.settings),
    mayReach: asked((number) => countTo(number, flow, session, ports)),
    noteWithdrawn: asked((way, address) =>
      noteWithdrawn(store, userId, { way, address, at: clock.now().toISOString() }),
    ),
    hasWithdrawn: asked((way, address) => hasWithdrawn(store, userId, { way, address })),
    secret: asked((service) => secretOf(session, ports, service)),
    callback: () => ({ hook: step, url: callbackUrl(id, step) }),
    publish: asked(publisherOf(session, ports)),
    history: asked(async (lines) =>
      (await store.lastMessages(id, lines)).map(({ from, text }) => ({ from, text })),
    ),
    stepId,
    partId: (what) => `${stepId}:${ids.hash(what)}`,
    attempt,
  } satisfies Partial<EffectContext>;
}

/** Notes when the database went away while a node asked it: that is no outcome of the node, which is to run again. */
function noting() {
  let away: CrmflowError | undefined;
  return {
    asked:
      <A extends unknown[], T>(ask: (...given: A) => Promise<T>) =>
      (...given: A): Promise<T> =>
        ask(...given).catch((cause: unknown) => {
          if (isDatabaseAway(cause)) away ??= cause;
          throw cause;
        }),
    mustBeThere() {
      if (away) throw away;
    },
  };
}

/** A guest's run of a shipped template is nobody's. */
function accountOf(
  { main }: Flow,
  { id, userId, workflowId }: Session,
  spend: Omit<NonNullable<Account['session']>, 'id'>,
): Account | null {
  if (userId === null) return null;
  const { tokensPerDay } = main.settings.ai;
  return { userId, workflowId, tokensPerDay, session: { id, ...spend } };
}

/** A key of whoever owns the run; a guest's run of a shipped template is nobody's. */
async function secretOf({ userId }: Session, ports: RunnerPorts, service: string): Promise<Secret | null> {
  if (userId !== null) return ports.secret(userId, service);
  throw new CrmflowError(
    'unprocessable',
    `The key ${service} is not at hand: nobody owns this run. Whoever logs in runs it with a key of their own.`,
  );
}
