import { openApp } from '@crmflow/core/open';
import { expect, it, onTestFinished } from 'vitest';
import { freshDatabase } from '../../chaos/fresh-database.mjs';

it('are not sealed by a process whose key nobody else has', async () => {
  const home = await freshDatabase();
  onTestFinished(home.remove);
  const { databaseUrl } = home.store;
  const asOwner = async (encryptionKey?: string) => {
    const { app, owner, close } = await openApp({ databaseUrl, encryptionKey });
    onTestFinished(close);
    return app.as(owner).keys;
  };
  const given = { service: 'http:crm', key: 'the key of a CRM', host: 'api.example.com' };
  const without = await asOwner();
  await expect(without.set(given)).rejects.toMatchObject({
    code: 'invalid_input',
    message: expect.stringMatching(/^ENCRYPTION_KEY is not set/) as string,
  });
  expect((await without.list({})).items).toEqual([]);
  const shared = await asOwner('a key of 32 bytes that all servers have');
  await shared.set(given);
  expect((await shared.list({})).items).toMatchObject([{ service: 'http:crm' }]);
});
