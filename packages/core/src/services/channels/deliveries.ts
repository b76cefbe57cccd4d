import { refused, WITHDRAWN, type Sent } from '../../nodes/integration/sending.ts';
import { createAt, isUnsubscribed, type Reach } from '../../nodes/integration/twilio.ts';
import { noteWithdrawn } from '../../runner/consent.ts';
import { createMailbox } from '../../runner/mailbox.ts';
import { countTo } from '../../runner/reach.ts';
import type { Runner, RunnerPorts } from '../../runner/runner.ts';
import { isOpen, type Session, type SessionEvent } from '../../session/session.ts';
import type { Delivery, Settled } from '../../store.ts';
import { countriesOf } from '../../workflow/countries.ts';
import type { Flow } from '../../workflow/flow.ts';
import { addressed } from './inbound.ts';
import { messagesOf } from './messages.ts';
import { willingnessOf } from './willing.ts';

/** Where a session stands, and what it told that is to be said now. */
export interface Told {
  session: Session;
  events: readonly SessionEvent[];
}
export interface DeliveryPorts extends RunnerPorts {
  runner: Pick<Runner, 'flowOf'>;
}

const TIMEOUT_MS = 15_000;
/** Whoever has not said what came of it by then has died. */
const SENDING_MS = 120_000;
/** Twilio was away so often: given up. */
const MOST_ATTEMPTS = 6;
/** A process hands over what it has told at once: what still is to be after this time was told by one that died. */
const BEHIND_MS = 30_000;
/** A call that has not asked what there is to say for so long has ended. */
const CALL_MS = 600_000;
const BATCH = 50;

const HUNG_UP = refused('hung_up', 'Nobody heard it: the call was over.');

/** Says by Twilio what sessions say while nobody asks: noted first, in order, and each piece at most once. */
export function createDeliveries(ports: DeliveryPorts) {
  const { store, clock, report, runner } = ports;
  const mailbox = createMailbox();
  /** Sessions that so many here answer at the moment; their last event that was told here meanwhile, and that was taken. */
  const answered = new Map<string, { by: number; told: number; taken: number }>();
  const later = (ms: number) => new Date(clock.now().getTime() + ms).toISOString();

  /** What a session told that nobody has handed over yet is this caller's; null when there is none. */
  async function take(session: Session, asDeliveries: boolean): Promise<readonly SessionEvent[] | null> {
    const { id, seq } = session;
    for (;;) {
      const from = (await store.threads.get(id))?.seq;
      if (from === undefined || from >= seq) return null;
      const events = (await store.events(id, from, seq - from)).filter((event) => event.seq <= seq);
      const isTaken = await store.threads.handOver({
        ...{ sessionId: id, from, to: seq },
        isOver: !isOpen(session),
        ...(asDeliveries && { deliveries: messagesOf(events) }),
      });
      // Somebody else may have taken a part of it.
      if (isTaken) return events;
    }
  }

  async function bring(id: string): Promise<void> {
    const session = await store.sessions.get(id);
    if (!session?.channel) return;
    const isCall = session.channel.kind === 'voice';
    // What is said to a call is heard in the call, which asks for it again and again, or not at all.
    if (isCall && session.updatedAt > later(-CALL_MS)) return;
    await take(session, true);
    const flow = await runner.flowOf(session);
    for (;;) {
      const delivery = await store.deliveries.next(id, later(0), later(SENDING_MS));
      if (!delivery) return;
      const sent = isCall ? HUNG_UP : await send(session, flow, delivery);
      await store.deliveries.settle(delivery, settled(sent, delivery), later(0));
    }
  }

  async function send(session: Session, flow: Flow, { content: { text, media } }: Delivery): Promise<Sent> {
    const { channel, userId } = session;
    const { kind, peer, own } = channel!;
    const willingness = await willingnessOf(ports, session, flow);
    if (willingness === 'stopped') return WITHDRAWN;
    const reach: Reach = {
      http: ports.http,
      secret: async (service) => (userId === null ? null : ports.secret(userId, service)),
      countries: countriesOf(flow.main.settings),
      mayReach: async (number) => willingness === 'answered' || countTo(number, flow, session, ports),
      signal: AbortSignal.timeout(SENDING_MS / 2),
    };
    const sent = await createAt(
      'Messages',
      {
        to: peer,
        timeoutMs: TIMEOUT_MS,
        address: (number) => addressed(channel!, number),
        fields: [
          ['From', addressed(channel!, own)],
          ...(text ? [['Body', text] satisfies [string, string]] : []),
          ...media.map((url): [string, string] => ['MediaUrl', url]),
        ],
      },
      reach,
    );
    if (kind !== 'voice' && isUnsubscribed(sent))
      await noteWithdrawn(store, userId, { way: kind, address: peer, at: later(0) });
    return sent;
  }

  function settled(sent: Sent, { attempts }: Delivery): Settled {
    switch (sent.kind) {
      case 'sent': {
        const { sid } = sent.result as { sid?: string };
        return { state: 'sent', sid: sid ?? null };
      }
      case 'refused':
        return { state: 'failed', reason: sent.reason };
      case 'unknown':
        return { state: 'unknown', reason: sent.reason };
      case 'unavailable':
        return attempts + 1 < MOST_ATTEMPTS
          ? { state: 'waiting', reason: sent.reason, dueAt: later(60_000 * 2 ** attempts) }
          : { state: 'failed', reason: sent.reason };
    }
  }

  const look = (id: string): Promise<void> =>
    mailbox.inTurn(id, () => bring(id)).catch((cause: unknown) => report(cause, id));

  let sweptAt = 0;
  return {
    take,
    /** A session told something: unless somebody here answers with it, it is sent. */
    told({ id, channel }: Session, events: readonly SessionEvent[]): void {
      const answering = answered.get(id);
      if (answering) answering.told = events.at(-1)!.seq;
      else if (channel && channel.kind !== 'voice' && events.some(isHeard)) void look(id);
    },
    /** Whoever does this answers with what the session tells meanwhile; what is left then is sent. */
    async answering(id: string, work: () => Promise<Told>): Promise<Told> {
      const answering = answered.get(id) ?? { by: 0, told: 0, taken: 0 };
      answered.set(id, answering);
      answering.by += 1;
      try {
        const told = await work();
        answering.taken = Math.max(answering.taken, told.session.seq);
        return told;
      } finally {
        answering.by -= 1;
        if (!answering.by) answered.delete(id);
        // What another server tells is that one's to say.
        if (!answering.by && answering.told > answering.taken) void look(id);
      }
    },
    /** Sends what is due again, and what was left by a process that died. Gives of how many sessions. */
    async tick(): Promise<number> {
      const now = clock.now().getTime();
      if (now - sweptAt < EVERY_MS) return 0;
      sweptAt = now;
      const [due, behind] = await Promise.all([
        store.deliveries.due(later(0), BATCH),
        store.threads.behind(later(-BEHIND_MS), BATCH),
      ]);
      const ids = [...new Set([...due, ...behind])];
      await Promise.all(ids.map(look));
      return ids.length;
    },
    rest: mailbox.rest,
  };
}
const EVERY_MS = 5_000;

const isHeard = (event: SessionEvent): boolean =>
  event.type === 'workflow:finished' ||
  event.type === 'system:waiting_for_input' ||
  (event.type === 'session:message' && event.message.from === 'bot');
