import { ids } from '../packages/core/src/adapters/ids.ts';
import { createMemoryStore } from '../packages/core/src/adapters/memory/memory-store.ts';
import type { Store } from '../packages/core/src/store.ts';
import { testWorld } from '../packages/core/src/testing/world.ts';
import { tenNodes } from './ten-nodes.ts';

const SESSIONS = 10_000;

/** The memory store without what was said and told: what it takes to go on. */
function stateOnly(): Store {
  const store = createMemoryStore();
  const commit: Store['sessions']['commit'] = (whole) =>
    store.sessions.commit({ ...whole, lines: [], events: [], logs: [] });
  return { ...store, sessions: { ...store.sessions, commit } };
}

/** What one of 10,000 waiting sessions holds, in bytes. */
async function held(store: Store, turns: number): Promise<number> {
  const { app, owner, told } = testWorld({ store, ids });
  const api = app.as(owner);
  const { id: workflowId } = await api.workflows.create(tenNodes);
  const start = async () => {
    const { session } = await api.sessions.start({ workflowId });
    for (let turn = 0; turn < turns; turn++) await api.sessions.send({ id: session.id, message: 'again' });
  };
  for (let at = 0; at < 200; at++) await start();
  told.length = 0;
  const before = heap();
  for (let at = 0; at < SESSIONS; at++) {
    await start();
    told.length = 0;
  }
  const bytes = (heap() - before) / SESSIONS;
  await api.workflows.get({ id: workflowId });
  return bytes;
}

function heap(): number {
  if (!globalThis.gc) throw new Error('Run it with --expose-gc.');
  globalThis.gc();
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

console.log('\nBytes a waiting session holds in the memory store');
for (const turns of [0, 1, 5]) {
  const [state, all] = [await held(stateOnly(), turns), await held(createMemoryStore(), turns)];
  console.log(
    `  after ${turns} answers: ${Math.round(state)}, with transcript, events and log ${Math.round(all)}`,
  );
}
