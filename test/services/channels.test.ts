import { openApp } from '@crmflow/core/open';
import { serve } from '@crmflow/server';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freshDatabase } from '../../chaos/fresh-database.mjs';
import { flow, post, PUBLIC_URL, textsIn, written } from '../channels/kit.ts';
import { SID, TOKEN } from '../outbound/kit.ts';

let home: Awaited<ReturnType<typeof freshDatabase>>;
let servers: Awaited<ReturnType<typeof startServer>>[];

async function startServer() {
  const opened = await openApp({
    databaseUrl: home.store.databaseUrl,
    jwtSecret: 'a secret of 32 bytes for this test',
    encryptionKey: 'a key of 32 bytes for this test..',
    isServed: true,
    publicUrl: PUBLIC_URL,
  });
  const serving = await serve({ app: opened.app, port: 0, host: '127.0.0.1', version: '0' });
  return { app: opened.app, url: serving.url, close: () => serving.close().then(opened.close) };
}
beforeAll(async () => {
  home = await freshDatabase();
  servers = [await startServer(), await startServer()];
});
afterAll(async () => {
  await Promise.all(servers.map(({ close }) => close()));
  await home.remove();
});

it('begins one conversation and loses nothing when messages of one person come to two servers at once', async () => {
  const guest = servers[0]!.app.as({ role: 'guest' });
  const { user } = await guest.auth.register({
    email: `${crypto.randomUUID()}@example.com`,
    password: 'correct horse battery',
  });
  const owner = servers[0]!.app.as({ role: 'user', userId: user.id });
  await owner.keys.set({ service: 'twilio', key: { accountSid: SID, authToken: TOKEN } });
  const { id } = await owner.workflows.create(
    flow(
      [
        { id: 'start', type: 'trigger' },
        { id: 'ask', type: 'listen', data: { prompt: 'Again?', saveAs: 'said' } },
      ],
      ['start -> ask', 'ask -> ask'],
    ),
  );
  for (let round = 0; round < 5; round++) {
    const From = `+4915123450${round}00`;
    const messages = Array.from({ length: 6 }, (_, n) => written(`message ${n}`, { From }));
    const answers = await Promise.all(messages.map((message, n) => post(servers[n % 2]!.url, id, message)));
    expect(answers.map(({ status }) => status)).toEqual(messages.map(() => 200));
    const { items } = await owner.sessions.list({ workflowId: id });
    expect(items).toHaveLength(round + 1);
    const lines = (await owner.sessions.messages({ id: items[0]!.id })).items;
    const said = lines.filter(({ from }) => from === 'user').map(({ text }) => text);
    expect(said.toSorted()).toEqual(messages.map(({ Body }) => Body));
    // Each question was handed over once, by one of the answers.
    const heard = answers.flatMap(({ body }) => textsIn(body).flatMap((text) => text.split('\n')));
    expect(heard).toEqual(messages.map(() => 'Again?'));
    // The same once more, at the other server.
    const again = await Promise.all(
      messages.map((message, n) => post(servers[(n + 1) % 2]!.url, id, message)),
    );
    expect(again.map(({ body }) => body)).toEqual(answers.map(({ body }) => body));
  }
});
