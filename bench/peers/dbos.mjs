// The nine steps of a turn as a DBOS workflow: it stores the result of each step before the next.
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
  return { steps: STEPS.length, turn, close: () => DBOS.shutdown() };
}
