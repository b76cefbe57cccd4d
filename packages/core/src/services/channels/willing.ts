import { CrmflowError } from '../../errors.ts';
import { WITHDRAWN } from '../../nodes/integration/sending.ts';
import type { Clock } from '../../ports.ts';
import { withdrawnAt } from '../../runner/consent.ts';
import type { Session } from '../../session/session.ts';
import type { Store } from '../../store.ts';
import type { Flow } from '../../workflow/flow.ts';

interface Needs {
  store: Pick<Store, 'contacts' | 'lastMessages'>;
  clock: Clock;
}

/** How far back last words are looked for. */
const LOOK_BACK = 50;

/**
 * How the visitor of a session stands to what is sent to their number: `answered` when they have just written, or a person
 * writes to them, so that there is no limit to how often; `stopped` when they do not want it any more, and have not written again
 * since.
 */
export async function willingnessOf(
  { store, clock }: Needs,
  { id, userId, channel }: Session,
  { main }: Flow,
): Promise<'answered' | 'stopped' | 'unasked'> {
  const since = clock.now().getTime() - main.settings.sending.perNumber.minutes * 60_000;
  const lately = (await store.lastMessages(id, LOOK_BACK)).filter(({ at }) => Date.parse(at) > since);
  const asked = lately.findLast(({ from }) => from === 'user')?.at ?? null;
  const withdrawn =
    !channel || channel.kind === 'voice'
      ? null
      : await withdrawnAt(store, userId, { way: channel.kind, address: channel.peer });
  if (asked !== null && (withdrawn === null || asked > withdrawn)) return 'answered';
  if (withdrawn !== null) return 'stopped';
  return lately.some(({ author }) => author === 'person') ? 'answered' : 'unasked';
}

/** Refuses (`unprocessable`) what a person would say to a visitor who does not want to be written to any more. */
export async function mustBeWilling(needs: Needs, session: Session, flow: Flow): Promise<void> {
  if ((await willingnessOf(needs, session, flow)) !== 'stopped') return;
  throw new CrmflowError(
    'unprocessable',
    'They have told this number to stop, so nothing is sent there until they write again. Reach them in another way, or end the session.',
    { reason: WITHDRAWN.reason },
  );
}
