import { median } from '../measure.ts';
import { at, talk, type Client } from './clients.ts';

const ROUNDS = 3;

/** Does the same with each in turns, round after round; gives what came of it, each in the order of its rounds. */
export async function inTurns<T, R>(
  contenders: readonly T[],
  work: (contender: T) => Promise<R>,
): Promise<R[][]> {
  const found: R[][] = contenders.map(() => []);
  // The first round warms up.
  for (let round = -1; round < ROUNDS; round++)
    for (const [which, contender] of contenders.entries()) {
      const one = await work(contender);
      if (round >= 0) found[which]!.push(one);
    }
  return found;
}

const WARM_UP = 4_000;
/** A server that has just begun compiles what it does: some thousand messages go by until it answers as it will all day. */
async function warmUp(clients: readonly Client[], event?: string): Promise<void> {
  // Of two servers, one talks with each.
  const few = clients.slice(0, 2);
  const one = async (client: Client) => {
    for (let n = 0; n < WARM_UP; n++) await client.say('again', event);
  };
  await Promise.all(few.map(one));
}

/** How long a message takes until it is answered: ours, an echo that keeps nothing, and one that commits a row of it first. */
export async function compareMessages(
  title: string,
  ours: readonly Client[],
  bare: readonly Client[],
): Promise<void> {
  const contenders = [
    { name: 'CRMFlow', clients: ours },
    { name: 'bare echo', clients: bare },
    { name: 'bare echo that commits a row', clients: bare, event: 'user:kept' },
  ];
  for (const { clients, event } of contenders) await warmUp(clients, event);
  const took = await inTurns(contenders, ({ clients, event }) => talk(clients, 200, 5, event));
  const parts = took.map((rounds) => [0.5, 0.99].map((part) => median(rounds.map((each) => at(each, part)))));
  const [, mine] = parts[0]!;
  console.log(`\n${title}`);
  for (const [which, { name }] of contenders.entries()) {
    const [p50, p99] = parts[which]!;
    const ratio = which === 0 ? '' : `   CRMFlow's p99 is ${(mine! / p99!).toFixed(2)} ×`;
    console.log(`  ${name.padEnd(30)} p50 ${p50!.toFixed(2)} ms   p99 ${p99!.toFixed(2)} ms${ratio}`);
  }
}
