// The nine steps of a turn as a DBOS workflow: it stores the result of each step before the next.
import { setTimeout as sleep } from 'node:timers/promises';
import { DBOS } from '@dbos-inc/dbos-sdk';

const STEPS = ['ask', 'greet', 'count', 'check', 'few', 'one', 'two', 'three', 'again'];

/** Opens DBOS on an empty database. `turn(state)` runs one turn and gives the state after it. */
export async function openDbos(databaseUrl) {
  DBOS.setConfig({ name: 'bench', systemDatabaseUrl: databaseUrl, runAdminServer: false, logLevel: 'error' });
  const turn = DBOS.registerWorkflow(
    async (score) => {
      let said = score;
      for (const name of STEPS)
        said = await DBOS.runStep(async () => said + (name === 'count' ? 1 : 0), { name });
      return said;
    },
    { name: 'turn' },
  );
  await DBOS.launch();
  const close = async () => {
    await DBOS.shutdown();
    // It ends its connections without waiting for them, and a database that is dropped meanwhile would end the process.
    await sleep(2_000);
  };
  return { steps: STEPS.length, turn, close };
}
