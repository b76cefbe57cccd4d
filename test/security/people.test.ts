import { inspect } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { openApp } from '@crmflow/core/open';
import { serve, type Logger } from '@crmflow/server';
import { CRMFlow } from '@crmflow/sdk';
import { fromFile } from '../../packages/core/src/workflow/file.ts';
import { newFolder } from '../storage/kit.ts';

const workflow = fromFile(
  {
    name: 'Notes',
    isPublic: true,
    nodes: [
      { id: 'start', type: 'trigger' },
      { id: 'ask', type: 'listen', data: { kind: 'email', saveAs: 'email' } },
      {
        id: 'keep',
        type: 'logic',
        data: { kind: 'set', contact: { email: 'email', phone: '"+4930987654"', name: '"Xanthippe"' } },
      },
      { id: 'bad', type: 'logic', data: { kind: 'set', contact: { phone: 'email' } } },
    ],
    edges: ['start -> ask', 'ask -> keep', 'keep -> bad'],
  },
  'it',
);

it('people are in none of the notes of a server: no word of theirs, no address, no number', async () => {
  const noted: string[] = [];
  const note = (fields: object, sentence: string) =>
    void noted.push(inspect(fields, { depth: 20, showHidden: true }), sentence);
  const logger: Logger = { info: note, warn: note, error: note };
  const report = (cause: unknown) => note({ cause }, 'reported');
  const opened = await openApp({ dataDir: newFolder(), syncs: false, report });
  const serving = await serve({ app: opened.app, port: 0, host: '127.0.0.1', version: '0', logger });
  onTestFinished(async () => {
    await serving.close();
    await opened.close();
  });
  const client = new CRMFlow({ url: serving.url, retries: 0 });
  await client.register({ email: 'owner@example.org', password: 'correct horse battery' });
  const { id: workflowId } = await client.workflows.create(workflow);
  const guest = new CRMFlow({ url: serving.url, retries: 0 });
  const { session } = await guest.sessions.start({ workflowId });
  const turn = await guest.sessions.send({ id: session.id, message: 'I am visitor@example.com' });
  expect(turn.session.status).toBe('failed');
  const given = { name: 'Xanthippe', email: 'visitor@example.com' };
  await expect(client.contacts.create(given)).rejects.toMatchObject({ code: 'conflict' });
  await expect(client.contacts.create({ phone: 'visitor@example.com' })).rejects.toMatchObject({
    code: 'invalid_input',
  });
  const { items } = await client.contacts.list({ q: 'visitor@example.com' });
  await client.contacts.export();
  await client.contacts.remove({ id: items[0]!.id });
  const text = noted.join('\n');
  expect(text).toContain('/api/contacts');
  for (const trace of ['visitor', 'Xanthippe', '30987654']) expect(text).not.toContain(trace);
});
