// A server of CRMFlow as it ships, on PostgreSQL, and with others on Redis if there is one: node ours.mjs <database> [<redis>].
// It says its address, a login token and the workflow it answers by.
import { openApp } from '@crmflow/core/open';
import { serve } from '@crmflow/server';

const many = { points: 1e9, seconds: 1 };
const rates = Object.fromEntries(
  ['request', 'register', 'login', 'loginFrom', 'guestStart', 'connect', 'event', 'message'].map((name) => [
    name,
    many,
  ]),
);
const { app, close } = await openApp({
  databaseUrl: process.argv[2],
  jwtSecret: 'a secret of 32 bytes for benchmarks',
  encryptionKey: 'a key of 32 bytes for benchmarks',
  isServed: true,
});
const { token, user } = await app
  .as({ role: 'guest' })
  .auth.register({ email: `bench-${process.pid}@example.com`, password: 'correct horse battery' });
const { id } = await app.as({ role: 'user', userId: user.id }).workflows.create({
  name: 'Echo',
  isPublic: true,
  nodes: [
    { id: 'start', type: 'trigger' },
    { id: 'ask', type: 'listen', data: { prompt: 'Say something.', saveAs: 'said' } },
    { id: 'echo', type: 'speak', data: { text: 'You said {{ said }}' } },
  ],
  edges: [
    { sourceNodeId: 'start', targetNodeId: 'ask' },
    { sourceNodeId: 'ask', targetNodeId: 'echo' },
    { sourceNodeId: 'echo', targetNodeId: 'ask' },
  ],
});
const serving = await serve({
  app,
  port: 0,
  host: '127.0.0.1',
  version: 'bench',
  rates,
  redisUrl: process.argv[3],
});
process.on('message', (asked) => {
  if (asked === 'memory') {
    globalThis.gc();
    const { heapUsed, external, rss } = process.memoryUsage();
    const { user, system } = process.cpuUsage();
    process.send({ used: heapUsed + external, resident: rss, cpuUs: user + system });
  } else
    void serving
      .close()
      .then(close)
      .then(() => process.exit(0));
});
process.send({ url: serving.url, token, id });
