import { createPrismaStore } from '../packages/core/src/adapters/store/prisma-store.ts';
import { migrate } from '../packages/core/src/adapters/migrate.ts';
import { openPostgres } from '../packages/core/src/adapters/postgres.ts';
import { migrations } from '../packages/core/src/generated/migrations.ts';
import { freshDatabase } from '../chaos/fresh-database.mjs';
import { appOn } from './app.ts';
import { compare, printTable } from './measure.ts';
import { installPeers } from './peers/install.mjs';
import { playTurns, STEPS } from './play.ts';
import { tenNodes } from './ten-nodes.ts';

const SIZES = [1, 16, 64];
const most = Math.max(...SIZES);
const everyone = Array.from({ length: most }, (_, at) => `bench-${at}`);

installPeers();
const { openDbos } = await import('./peers/dbos.mjs');
const { openLangGraph } = await import('./peers/langgraph.mjs');
const { openNodeRed } = await import('./peers/node-red.mjs');

await inMemory();
const homes = await Promise.all([freshDatabase(), freshDatabase(), freshDatabase()]);
const [own, dbosHome, graphHome] = homes.map(({ store }) => store.databaseUrl) as [string, string, string];
const ours = await openOurs(own);
const dbos = await openDbos(dbosHome);
const graph = await openLangGraph(graphHome);
await Promise.all(everyone.map(graph.start));

for (const size of SIZES) {
  const all = (steps: number, turn: (at: number) => Promise<unknown>) => async () => {
    await Promise.all(everyone.slice(0, size).map((_, at) => turn(at)));
    return steps * size;
  };
  const rates = await compare(
    {
      'CRMFlow, a commit a turn': all(STEPS, ours.turn),
      'CRMFlow, node by node: a commit a step': all(STEPS, ours.stepByStep),
      'DBOS, a commit a step': all(STEPS, dbos.turn),
      'LangGraph, stored meanwhile': all(STEPS, (at) => graph.turn(everyone[at]!, 'async')),
      'LangGraph, a commit a step': all(STEPS, (at) => graph.turn(everyone[at]!, 'sync')),
    },
    { rounds: 5, roundMs: 1_500 },
  );
  printTable(`Durable node steps a second, PostgreSQL, ${size} at once`, rates, 'DBOS, a commit a step');
}
await Promise.all([ours.close(), dbos.close(), graph.close()]);
await Promise.all(homes.map(({ remove }) => remove()));

/** The same ten nodes in CRMFlow, for as many sessions: some talk, some are driven node by node. */
async function openOurs(url: string) {
  const database = await openPostgres({ url });
  await migrate(database.pool, migrations);
  const store = createPrismaStore(database);
  await store.users.ensureLocal('local');
  const api = appOn(store).as({ role: 'user', userId: 'local' });
  const { id: workflowId } = await api.workflows.create(tenNodes);
  const start = async (mode: 'auto' | 'step') => (await api.sessions.start({ workflowId, mode })).session.id;
  const talking = await Promise.all(everyone.map(() => start('auto')));
  const driven = await Promise.all(everyone.map(() => start('step')));
  /** Node by node to the next question: each node is executed and left by a call of its own. */
  const drive = async (id: string, at: string) => {
    for (let nodeId = at; ;) {
      const { session } = await api.sessions.execute({ id, nodeId, advance: true });
      if (session.wait?.for === 'message') return;
      nodeId = session.nodeId!;
    }
  };
  await Promise.all(driven.map((id) => drive(id, 'start')));
  return {
    turn: (at: number) => api.sessions.send({ id: talking[at]!, message: 'again' }),
    async stepByStep(at: number) {
      const id = driven[at]!;
      await api.sessions.send({ id, message: 'again', advance: true });
      await drive(id, 'greet');
    },
    close: () => store.close(),
  };
}

async function inMemory() {
  const nodeRed = await openNodeRed();
  const held = await openLangGraph(null);
  await held.start('one');
  const turns = (count: number, turn: () => Promise<unknown>) => async () => {
    for (let n = 0; n < count; n++) await turn();
    return STEPS * count;
  };
  const rates = await compare({
    'CRMFlow play': playTurns(),
    'Node-RED': turns(100, nodeRed.turn),
    'LangGraph, saver in memory': turns(5, () => held.turn('one', 'sync')),
  });
  printTable('Node steps a second in memory', rates, 'Node-RED');
  await Promise.all([nodeRed.close(), held.close()]);
}
