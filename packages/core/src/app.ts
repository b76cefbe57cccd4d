import type { z } from 'zod';
import {
  apiFrom,
  callService,
  contract,
  nounFrom,
  type Crmflow,
  type Entry,
  type Services,
} from './contract/index.ts';
import { loginNeeded, type Actor, type Operation, type Upload } from './contract/operation.ts';
import { unkeptIn } from './contract/text.ts';
import type { Replay } from './drafting/check.ts';
import { hintIn, saidOf } from './language/issue.ts';
import { CrmflowError } from './errors.ts';
import type { AiModel, AiProvider, Passwords, Providers, Readers, Sealer, Tokens } from './ports.ts';
import type { Sent } from './nodes/sent.ts';
import { createRunner, type RunnerPorts } from './runner/runner.ts';
import { createAi } from './services/ai.ts';
import { createFailures, type BackgroundPart, type FailureListener } from './services/failures.ts';
import { createDrafting } from './services/drafting.ts';
import { createAddresses } from './services/addresses.ts';
import { createCallbacks, type CallbackPage } from './services/callbacks.ts';
import { createOverdue } from './services/overdue.ts';
import { createPublished } from './services/published.ts';
import { createChannels } from './services/channels/channels.ts';
import type { TwilioRequest } from './services/channels/inbound.ts';
import { createCallable } from './services/callable.ts';
import { createAccounts } from './services/auth.ts';
import { createContacts } from './services/contacts.ts';
import { createHandovers, type HandoverListener } from './services/handovers.ts';
import { createHealth } from './services/health.ts';
import { createKeys } from './services/keys.ts';
import { createKnowledge } from './services/knowledge.ts';
import { createLive } from './services/live.ts';
import { createLibrary } from './services/library.ts';
import { createModels } from './services/models.ts';
import { createProvidersOf } from './services/providers.ts';
import { createReport } from './services/report.ts';
import { createReplies } from './services/replies.ts';
import { createRetention, type Gone, type KeepDays } from './services/retention.ts';
import { createSearch } from './services/search.ts';
import { createNews, type KnowledgeProgress, type NewsListener } from './services/news.ts';
import { createLogs } from './services/logs.ts';
import { createNotices } from './services/notices.ts';
import { createSchedules } from './services/schedules.ts';
import { createSessions } from './services/sessions.ts';
import { eventFor } from './services/session-view.ts';
import { createTelling, type Listener, type ToldElsewhere } from './services/telling.ts';
import { createSkills } from './services/skills.ts';
import { createSpending, type Prices } from './services/spending.ts';
import { createTemplates } from './services/templates.ts';
import type { Archive } from './store.ts';
import type { Templates } from './workflow/template.ts';
import { createVectors } from './services/vectors.ts';
import { createVersions } from './services/versions.ts';
import { createWebhookTrigger, type Webhook } from './services/webhook-trigger.ts';
import { createWorkflows, ownerOf } from './services/workflows.ts';

/** All that an app is made of. */
export interface Ports extends Omit<RunnerPorts, 'search' | 'secret' | 'ai' | 'callbackUrl' | 'fileUrl'> {
  /** Answers in place of all providers: a model of one's own, or of a test. */
  ai?: AiModel;
  providers: Providers;
  /** Providers that the installation itself has keys for. */
  shared: readonly AiProvider[];
  /** Whose calls they serve. */
  isShared(userId: string): boolean;
  /** What the models of each user may read and write in one day; without it as much as they like. */
  tokensPerDay?: number | undefined;
  prices: Prices;
  templates: Templates;
  passwords: Passwords;
  tokens: Tokens;
  sealer: Sealer;
  readers: Readers;
  /** Where people and other systems reach this installation: `https://crm.example.com`. */
  publicUrl: string;
  /** Of this release, as health tells it. */
  version: string;
  /** Whether strangers may register. */
  isRegistrationOpen: boolean;
  /** How long old rows are kept; all for ever when absent. */
  keepDays?: KeepDays | undefined;
  /** Where ended sessions are written before they go. */
  archive?: Archive | undefined;
  /** Hears how much has gone by its age. */
  tellGone?: ((gone: Gone) => void) | undefined;
  /** How a drafted workflow is tried with its conversations. */
  replay: Replay;
}

/** What goes with a call besides its input. */
export interface CallOptions {
  /** The same key and input again is answered the same, and done once. */
  idempotencyKey?: string | undefined;
  /** Aborted when nobody waits for the answer any more: long work for it then ends. */
  signal?: AbortSignal | undefined;
}

export interface App {
  /** CRMFlow as this actor may use it. */
  as(actor: Actor, options?: CallOptions): Crmflow;
  /** The sessions of `as`, without all the rest: for an edge that asks for them at every message. */
  sessions(actor: Actor): Crmflow['sessions'];
  /** One operation, by its row: what `as` is made of, for an edge that has the row at hand. */
  call(entry: Entry, actor: Actor, input: unknown, options?: CallOptions): Promise<unknown>;
  /**
   * As `sessions.start`, but gives the session as soon as it is stored: what it does outside from then on is told to
   * whoever hears it.
   */
  begin(actor: Actor, input: unknown): ReturnType<Crmflow['sessions']['start']>;
  /**
   * Who shows this token: a user for a login token, a guest who holds a session for a session's token, a plain guest
   * without one.
   * @throws CrmflowError `unauthenticated` for a login token that is no longer good
   */
  authenticate(token: string | undefined): Promise<Actor>;
  /** The addresses that sessions wait at. Whoever has one may call it, once: it is made of what nobody guesses. */
  callbacks: {
    /** The words for whoever opens one. @throws CrmflowError `not_found` for one that nothing waits at */
    look(token: string): Promise<CallbackPage>;
    /**
     * Ends the wait; the session goes on by itself.
     * @throws CrmflowError `not_found` for one that nothing waits at, `conflict` where that is yet to come
     */
    call(token: string, sent: Sent): Promise<void>;
  };
  /** A file that a session has made for whoever has its address. @throws CrmflowError `not_found` */
  published(token: string): Promise<Upload>;
  /**
   * Starts the workflow that a signed webhook is for, once for each `webhook-id`. Whoever has signed it is believed.
   * @throws CrmflowError `unauthenticated`, always the same, for a workflow that no webhook starts and a wrong signature
   */
  startByWebhook(workflowId: string, webhook: Webhook): Promise<{ sessionId: string }>;
  /** Hears every session that is at work in this process, with what only owners may see; gives how to stop hearing. */
  subscribe(listener: Listener): () => void;
  /** Hears how far what users bring is taken in, in this process; gives how to stop hearing. */
  hearKnowledge(listener: NewsListener): () => void;
  /** Tells those who hear a user's knowledge here what another process has told. */
  relayKnowledge(userId: string, progress: KnowledgeProgress): void;
  /** Hears of sessions that wait for a person, or did, of which this process has stored something; gives how to stop. */
  hearHandovers(listener: HandoverListener): () => void;
  /** Hears where something failed in the background of this process; gives how to stop. */
  hearFailures(listener: FailureListener): () => void;
  /** Tells those who watch the sessions of a user here that another process has. */
  relayHandover(userId: string, sessionId: string): void;
  /** Tells those who hear a session here what another process on the same database has stored of it. */
  relay(told: ToldElsewhere): Promise<void>;
  /** Looks where every session stands that is heard here: another process may not have been heard, or not have lived to tell. */
  refresh(): Promise<void>;
  /**
   * Answers a request of Twilio's (a message, something of a call) with TwiML. Whoever has not signed with the token of the
   * workflow's owner is refused (`forbidden`).
   */
  twilio(request: TwilioRequest): Promise<string>;
  /**
   * Moves on every session that is due: its wait is over, or its last run was cut short; starts what starts by itself; and
   * sends what was left to be sent. Gives how many.
   */
  tick(): Promise<number>;
  /**
   * For how many milliseconds the session has been due that has been due longest, on the whole database; 0 when none is.
   * @throws CrmflowError `unavailable` when the database does not answer
   */
  overdue(): Promise<number>;
  /** After a start, when nobody else runs on this database: every run that was cut short is due at once. Gives how many. */
  recover(): Promise<number>;
  /** Resolves when no session is at work in this process, and nothing is on its way. */
  rest(): Promise<void>;
  /** Resolves when nothing is on its way to a visitor by telephone, or to an owner. */
  sent(): Promise<void>;
}

const TIDY_MS = 60_000;
/** No limit of sending asks about a longer time. */
const DAY_MS = 86_400_000;

/** The one door. Whoever comes in, by HTTP, by socket or in this process, is checked here and nowhere else. */
export function createApp({ report, ...ports }: Ports): App {
  const failures = createFailures(report);
  const portsOf = (part: BackgroundPart) => ({ ...ports, report: failures.reportOf(part) });
  const { subscribe, watch: hearSession, relay, tell, refresh } = createTelling(portsOf('listeners'));
  const { secretOf: secret, ...keys } = createKeys(ports);
  const providersOf = createProvidersOf({ ...ports, secretOf: secret });
  const asking = { ...ports, providersOf, spending: createSpending(ports) };
  const models = createModels(asking);
  const skills = createSkills(asking);
  const vectors = createVectors({ ...ports, skills });
  const library = createLibrary({ ...ports, vectors });
  const { read, ...urls } = createAddresses(ports);
  const running = { ...portsOf('sessions'), search: createSearch(library), secret, ai: models.of, ...urls };
  const handovers = createHandovers({ ...ports, flowOf: (session) => runner.flowOf(session) });
  const notices = createNotices({ ...portsOf('notices'), secret });
  const runner = createRunner(running, {
    tell(session, events) {
      tell(session, events);
      channels.told(session, events);
    },
    handedOver(session, noted) {
      handovers.tell(session);
      if (noted) notices.noted(session.id);
    },
  });
  const { live, published } = createLive(ports);
  const callable = createCallable({ ...ports, live });
  const versions = createVersions({ ...ports, callable, published, isKept: runner.hasRun });
  const { readable, begin, ...sessions } = createSessions({ ...portsOf('sessions'), versions, runner });
  const schedules = createSchedules({ ...portsOf('schedules'), versions, live, runner });
  const { byAddress, ...contacts } = createContacts({ ...portsOf('contacts'), runner });
  const { authenticate, ...accounts } = createAccounts({ ...ports, endSessions });
  const { stream, ...ai } = createAi({
    ...ports,
    library,
    models,
    draft: createDrafting({ ...ports, models }),
  });
  const news = createNews(failures.reportOf('listeners'));
  const { restart, release, ...knowledge } = createKnowledge({
    ...portsOf('knowledge'),
    library,
    skills,
    vectors,
    tell: news.tell,
  });
  const replies = createReplies(ports);
  const age = createRetention({ ...portsOf('retention'), runner });
  const channels = createChannels({
    ...running,
    report: failures.reportOf('telephone'),
    runner,
    versions,
    live,
    byAddress,
    replies,
  });
  const services: Services = {
    ...accounts,
    keys: { ...keys, test: providersOf.test },
    knowledge,
    ai,
    health: createHealth(ports),
    workflows: {
      ...createWorkflows({ ...ports, callable, versions, live, runner }),
      report: createReport(ports),
    },
    templates: createTemplates(ports.templates),
    sessions,
    contacts,
    logs: createLogs(ports),
  };

  async function endSessions(userId: string) {
    for (const id of await ports.store.sessions.openOf(userId)) await runner.end(id, 'deleted');
  }

  let tidiedAt = -TIDY_MS;
  /** What nobody waits for, once in a while. */
  async function tidy() {
    if (ports.ticks() - tidiedAt < TIDY_MS) return;
    tidiedAt = ports.ticks();
    await replies.prune();
    await ports.store.sendings.prune(new Date(ports.clock.now().getTime() - DAY_MS).toISOString());
  }

  async function moveOn() {
    await tidy();
    await age();
    const begun = (await restart()) + (await schedules.fire());
    return begun + (await runner.tick()) + (await channels.tick()) + (await notices.tick());
  }

  async function sent() {
    await channels.rest();
    await notices.rest();
  }

  async function call(
    entry: Entry,
    actor: Actor,
    given: unknown,
    { idempotencyKey: key, signal }: CallOptions = {},
  ): Promise<unknown> {
    const { op, noun, verb } = entry;
    authorize(op, actor);
    const input = parse(op, given);
    const work = (seed?: string) => callService(services, entry, actor, input, signal, seed);
    if (key === undefined) return work();
    const isRepeatable = op === contract.sessions.start;
    return replies.once({ actor, name: `${noun}.${verb}`, op, key, input, isRepeatable }, work);
  }

  return {
    call,
    as(actor, options) {
      const api = apiFrom((entry) => (given) => call(entry, actor, given, options));
      const watch: Crmflow['watch'] = async (sessionId, hear) => {
        const { rights } = await readable(actor, sessionId);
        return hearSession(sessionId, (events) => {
          for (const event of events) hear(eventFor(rights, event));
        });
      };
      return {
        ...api,
        watch,
        stream(input, signal) {
          const { generate } = contract.ai;
          authorize(generate, actor);
          return stream(actor, parse(generate, input), signal);
        },
        handovers(watching = {}) {
          authorize({ access: 'user', summary: 'Hear which sessions wait for a person' }, actor);
          return handovers.watch(ownerOf(actor), watching);
        },
      };
    },
    sessions: (actor) => nounFrom('sessions', (entry) => (given) => call(entry, actor, given)),
    begin(actor, given) {
      const { start } = contract.sessions;
      authorize(start, actor);
      return begin(actor, parse(start, given));
    },
    authenticate,
    startByWebhook: createWebhookTrigger({
      ...ports,
      secretOf: secret,
      live,
      replies,
      begin,
      byAddress,
    }),
    published: createPublished({ ...ports, read }),
    callbacks: createCallbacks({ ...portsOf('sessions'), runner, read }),
    subscribe,
    hearKnowledge: news.hear,
    relayKnowledge: news.relay,
    relay,
    hearHandovers: handovers.hear,
    relayHandover: handovers.relay,
    hearFailures: failures.hear,
    overdue: createOverdue(ports),
    async refresh() {
      handovers.refresh();
      await refresh();
    },
    async rest() {
      await runner.rest();
      await sent();
    },
    sent,
    twilio: channels.twilio,
    tick: () => failures.tick(moveOn),
    async recover() {
      await release();
      return runner.recover();
    },
  };
}

function parse<I extends z.ZodType>(op: Operation<I>, input: unknown): z.output<I> {
  const result = op.input.safeParse(input ?? {});
  if (result.success) {
    mustBeKept(result.data);
    return result.data;
  }
  const { issues } = result.error;
  // A name that was mistyped is missing under its right one.
  const first = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0]!;
  const where = first.path.join('.');
  // What stands in the path is no field to whoever wrote the rest.
  const message = saidOf(first) + hintIn(first, op.input, (field) => !op.path.includes(`/:${field}`));
  throw new CrmflowError('invalid_input', `${where ? `${where}: ` : ''}${message}`, issues);
}

function mustBeKept(input: unknown) {
  const where = unkeptIn(input)?.join('.');
  if (where === undefined) return;
  const sentence = 'A text may not hold a NUL or half a character.';
  throw new CrmflowError('invalid_input', where ? `${where}: ${sentence}` : sentence);
}

function authorize(operation: Pick<Operation, 'access' | 'summary'>, actor: Actor) {
  const { access, summary } = operation;
  if (access === 'public' || access === 'session') return;
  if (actor.role !== 'user') throw loginNeeded(operation);
  if (access === 'operator' && !actor.isOperator)
    throw new CrmflowError('forbidden', `${summary}: only for whoever runs this installation.`);
}
