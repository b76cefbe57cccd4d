import { once } from 'node:events';
import { fromFile } from '@crmflow/core';
import { openApp } from '@crmflow/core/open';
import { io } from 'socket.io-client';
import { expect, it, onTestFinished } from 'vitest';
import { freshDatabase } from '../../chaos/fresh-database.mjs';
import { startServe } from '../cli/served.ts';

const waits = fromFile(
  {
    name: 'Comes back',
    nodes: [
      { id: 'start', type: 'trigger' },
      { id: 'rest', type: 'logic', data: { kind: 'delay', for: { seconds: 1 } } },
      { id: 'back', type: 'speak', data: { text: 'Here I am again.' } },
    ],
    edges: ['start -> rest', 'rest -> back'],
  },
  'the test',
);
const env = {
  JWT_SECRET: 'a secret of 32 bytes for this test',
  ENCRYPTION_KEY: 'a key of 32 bytes for this test..',
  REDIS_URL: process.env.CRMFLOW_TEST_REDIS ?? 'redis://127.0.0.1:6379',
};

it('takes calls at a web server, and moves on what is due at a worker', { timeout: 40_000 }, async () => {
  const home = await freshDatabase();
  onTestFinished(home.remove);
  const { databaseUrl } = home.store;
  const { app, owner, close } = await openApp({ databaseUrl });
  const { id: workflowId } = await app.as(owner).workflows.create({ ...waits, isPublic: true });
  await close();
  const given = { env: { ...env, DATABASE_URL: databaseUrl } };
  const web = await startServe('--web', given);

  const socket = io(web.url, { transports: ['websocket'], forceNew: true });
  const heard: string[] = [];
  socket.onAny((event: string) => heard.push(event));
  await once(socket as unknown as NodeJS.EventEmitter, 'connect');
  await socket.emitWithAck('session:start', { workflowId, mode: 'auto' });
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  expect(heard).not.toContain('workflow:finished');

  const worker = await startServe('--worker', given);
  await expect.poll(() => heard, { timeout: 10_000 }).toContain('workflow:finished');
  expect((await fetch(`${worker.url}/api/health/ready`)).status).toBe(200);
  for (const path of [
    '/',
    '/api/templates',
    '/api/docs',
    '/socket.io/?EIO=4&transport=polling',
    '/api/webhooks/x',
  ])
    expect((await fetch(`${worker.url}${path}`)).status, path).toBe(404);
  expect(await (await fetch(`${worker.url}/api/templates`)).json()).toMatchObject({
    error: { message: expect.stringContaining('--worker') as string },
  });
  socket.disconnect();
  await Promise.all([web.stop(), worker.stop()]);
});
