import type { Actor } from '../../contract/operation.ts';
import { CrmflowError } from '../../errors.ts';
import { E164 } from '../../nodes/e164.ts';
import { mayBegin } from '../../nodes/trigger/message.ts';
import type { Calling } from '../../runner/take.ts';
import type { Runner, Turn } from '../../runner/runner.ts';
import { canHear, isOpen, type Channel, type Session } from '../../session/session.ts';
import type { Beginning } from '../../session/begin.ts';
import type { ThreadKeys } from '../../store.ts';
import type { Workflow } from '../../workflow/workflow.ts';
import { createAnswers } from '../answers.ts';
import type { Contacts } from '../contacts.ts';
import type { Versions } from '../versions.ts';
import { createDeliveries, type DeliveryPorts, type Told } from './deliveries.ts';

export interface TalkPorts extends Omit<DeliveryPorts, 'runner'> {
  runner: Runner;
  versions: Versions;
  byAddress: Contacts['byAddress'];
}
type Work = (begun: Calling['begun']) => Promise<Turn>;
/** What is done with a session where it stands; null is nothing. */
type Act = (session: Session) => Promise<Work | null> | Work | null;
/** An open session that a message may be for. */
interface Open {
  id: string;
  /** Where it does not come to hear it, another does. */
  mustHear: boolean;
}
const ifHeard =
  (act: Act): Act =>
  (session) =>
    canHear(session) ? act(session) : null;
interface Start {
  channel: Channel;
  thread: ThreadKeys;
  /** The first words, if it begins with any. */
  said: string | null;
  messageId: string | null;
}

/** Twilio waits for 15 s. */
const ANSWER_MS = 10_000;
/** Another process is done with its turn by then, or a model thinks long. */
const MOST_TRIES = 40;
const AGAIN_MS = 250;

const isConflict = (cause: unknown) => cause instanceof CrmflowError && cause.code === 'conflict';

export type Talk = ReturnType<typeof createTalk>;

/** Begins sessions and moves them on for people who talk by telephone, and gives what there is to say in time. */
export function createTalk(needs: TalkPorts) {
  const { store, ids, runner, versions, byAddress, report } = needs;
  const deliveries = createDeliveries(needs);
  const inTime = createAnswers(report).within(ANSWER_MS);

  /** What is answered to a message comes to whoever holds the number. A call can be made in anybody's name. */
  async function personAt(
    userId: string,
    { kind, peer }: Channel,
  ): Promise<Pick<Beginning, 'contact' | 'claim'>> {
    if (!E164.test(peer)) return {};
    return kind === 'voice'
      ? { claim: { phone: peer } }
      : { contact: await byAddress(userId, { phone: peer }) };
  }

  const during = (id: string, work: Work): Promise<Told> =>
    deliveries.answering(id, async () => {
      const turn = await inTime(work);
      const session = (await store.sessions.get(id)) ?? turn.session;
      return { session, events: (await deliveries.take(session, false)) ?? [] };
    });

  /** Null when the first words start nothing here. Refuses with `conflict` when another session is at the conversation. */
  async function start({ id: workflowId, userId }: Workflow, given: Start): Promise<Told | null> {
    const { channel, thread, said, messageId } = given;
    const owner: Actor = { role: 'user', userId };
    const { version } = await versions.runnable(owner, workflowId);
    const flow = runner.flowFor(version);
    await flow.ready;
    const { steps, trigger, settings } = flow.main;
    if (said !== null && !mayBegin(steps.get(trigger)!, said, settings.language)) return null;
    const id = ids.secret();
    const beginning = {
      ...{ id, workflowId, userId, starterId: null, mode: 'auto' as const, inputs: {} },
      ...{ tokenHash: ids.hash(ids.secret()), channel, said },
      ...(await personAt(userId, channel)),
    };
    const more = { workflowId, thread, messageId };
    return during(id, (begun) => runner.start(version, beginning, { ...more, begun }));
  }

  /** Does with an open session what is right where it stands, once it is not at work elsewhere; null when it is over, or that is nothing. */
  async function goOn(id: string, act: Act): Promise<Told | null> {
    for (let tries = 0; ; tries++) {
      const session = await store.sessions.get(id);
      if (!session || !isOpen(session)) return null;
      try {
        const work = await act(session);
        return work && (await during(id, work));
      } catch (cause) {
        if (!isConflict(cause) || tries >= MOST_TRIES) throw cause;
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      }
    }
  }

  const sessionAt = async (id: string | null) => (id === null ? null : store.sessions.get(id));

  /**
   * The open session that a message is for: whichever of the owner's waits for words, else the workflow's own, else one that is
   * at work and may then wait for some. What an ended one of the workflow has left to say is said first.
   */
  async function openAt({ thread: { key, line }, messageId }: Start): Promise<Open | null> {
    const hearing = line === null ? null : await store.threads.hearing(line, messageId);
    const heard = await sessionAt(hearing?.sessionId ?? null);
    const other = heard && isOpen(heard) ? { id: heard.id, mustHear: hearing!.isAtWork } : null;
    if (other && !other.mustHear) return other;
    const own = await sessionAt(await store.threads.find(key));
    if (own && isOpen(own)) return { id: own.id, mustHear: false };
    if (own) await deliveries.take(own, own.channel?.kind !== 'voice');
    return other;
  }

  return {
    goOn,
    /** What a session told meanwhile. */
    hear: (session: Session): Promise<Told> => during(session.id, async () => ({ session, events: [] })),
    /** Goes on with the open session that a message is for, or starts one: also where two come at once. Null when nothing starts. */
    async converse(workflow: Workflow, given: Start, act: Act): Promise<Told | null> {
      for (let tries = 0; ; tries++) {
        const open = await openAt(given);
        const told = open && (await goOn(open.id, open.mustHear ? ifHeard(act) : act));
        if (told) return told;
        // It has ended meanwhile, or waits for no words: another may.
        if (open) continue;
        try {
          return await start(workflow, given);
        } catch (cause) {
          // Another server was faster: the session is there.
          if (!isConflict(cause) || tries >= MOST_TRIES) throw cause;
        }
      }
    },
    told: deliveries.told,
    tick: deliveries.tick,
    rest: deliveries.rest,
  };
}
