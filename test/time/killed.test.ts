import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { testWorld } from '@crmflow/core/testing';
import { expect, it } from 'vitest';
import { createPrismaStore } from '../../packages/core/src/adapters/store/prisma-store.ts';
import { newFolder, within } from '../storage/kit.ts';

const sleeper = fileURLToPath(new URL('./sleeper.ts', import.meta.url));

/** The id of a conversation that waits two days in this folder; its process was killed. */
async function begunAndKilled(dataDir: string): Promise<string> {
  const child = spawn(process.execPath, ['--import', 'tsx', sleeper, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const [id] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  child.kill('SIGKILL');
  await exited;
  return id;
}

it('a wait of two days outlives its process, and ends once', async () => {
  const dataDir = newFolder();
  const id = await begunAndKilled(dataDir);
  await within({ dataDir }, async (database) => {
    const { app, pass } = testWorld({
      store: createPrismaStore(database),
      startsAt: new Date().toISOString(),
    });
    const api = app.as({ role: 'user', userId: 'local' });
    const said = async () => (await api.sessions.messages({ id })).items.map(({ text }) => text);
    await pass(2 * 86_400 - 3_600);
    expect(await said()).toEqual([]);
    await pass(3_601);
    expect(await said()).toEqual(['Two days later.']);
    await pass(86_400);
    expect(await said()).toEqual(['Two days later.']);
    expect((await api.sessions.get({ id })).status).toBe('finished');
  });
});
