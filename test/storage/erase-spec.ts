import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import type { Pool } from 'pg';
import type { App } from '@crmflow/core';
import type { Actor } from '@crmflow/core/contract';
import { fromFile } from '../../packages/core/src/workflow/file.ts';

const EMAIL = 'erased.person@example.com';
const PHONE = '+4915123456789';
/** What must be nowhere: of the person, of what was said, and of a file. */
export const TRACES = ['Zephyrine', 'erased.person', '15123456789', 'xylographic', 'quixotically'];

export interface EraseWorld {
  app: App;
  owner: Actor;
  pool(): Pool;
}

/** Every row of every table, as text. */
export async function dump(pool: Pool): Promise<string> {
  const { rows: tables } = await pool.query<{ table_name: string }>(
    `SELECT table_name FROM information_schema.tables
     WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY 1`,
  );
  const texts: string[] = [];
  for (const { table_name: name } of tables) {
    const { rows } = await pool.query<{ row: string }>(`SELECT stored::text AS row FROM "${name}" AS stored`);
    texts.push(name, ...rows.map(({ row }) => row));
  }
  return texts.join('\n');
}
/** Bytes are shown in hexadecimal. */
const hex = (text: string) => Buffer.from(text).toString('hex');
export const tracesIn = (text: string) =>
  TRACES.filter((trace) => text.toLowerCase().includes(trace.toLowerCase()) || text.includes(hex(trace)));

const workflow = fromFile(
  {
    name: 'Erase',
    nodes: [
      { id: 'start', type: 'trigger' },
      { id: 'who', type: 'listen', data: { prompt: 'Who are you?', saveAs: 'who' } },
      { id: 'ask', type: 'listen', data: { kind: 'email', prompt: 'Your address?', saveAs: 'email' } },
      { id: 'call', type: 'listen', data: { kind: 'phone', prompt: 'Your number?', saveAs: 'phone' } },
      {
        id: 'keep',
        type: 'logic',
        data: { kind: 'set', contact: { name: 'who', email: 'email', phone: 'phone' } },
      },
      {
        id: 'hello',
        type: 'speak',
        data: { text: 'Hello {{ contact.name }}, that is {{ contact.email }}.' },
      },
      { id: 'file', type: 'listen', data: { kind: 'file', prompt: 'A file?', saveAs: 'file' } },
      { id: 'more', type: 'listen', data: { prompt: 'What else?', saveAs: 'more' } },
    ],
    edges: [
      'start -> who',
      'who -> ask',
      'ask -> call',
      'call -> keep',
      'keep -> hello',
      'hello -> file',
      'file -> more',
    ],
  },
  'it',
);

/** Talks until there is something of the person in every table that may hold it; gives the contact. */
export async function leaveTraces({ app, owner }: Pick<EraseWorld, 'app' | 'owner'>) {
  const api = app.as(owner, { idempotencyKey: randomUUID() });
  const { id: workflowId } = await app.as(owner).workflows.create(workflow);
  const { session } = await api.sessions.start({ workflowId });
  const { id } = session;
  for (const message of ['Zephyrine', EMAIL, PHONE]) await app.as(owner).sessions.send({ id, message });
  const file = { name: 'notes.txt', mimeType: 'text/plain', bytes: new TextEncoder().encode('quixotically') };
  await app.as(owner).sessions.upload({ id, file });
  await api.sessions.send({ id, message: 'something xylographic', messageId: 'xylographic-1' });
  const [contact] = (await app.as(owner).contacts.list({})).items;
  await api.contacts.update({ id: contact!.id, fields: { craft: 'xylographic' } });
  return { contact: contact!, id, workflowId };
}

/** What erasing a person promises, on any database. */
export function eraseSpec(world: () => EraseWorld): void {
  it('leaves nothing of a person in any table, and what happened is counted as before', async () => {
    const { app, owner, pool } = world();
    const api = app.as(owner);
    const { contact, id } = await leaveTraces(world());
    const counts = async () =>
      (await api.logs.list({ sessionId: id, limit: 200 })).items.map(({ eventType, data }) => ({
        eventType,
        data,
      }));
    const before = await counts();
    expect(before.length).toBeGreaterThan(5);
    expect(tracesIn(await dump(pool()))).toEqual(TRACES);
    await api.contacts.remove({ id: contact.id });
    expect(tracesIn(await dump(pool()))).toEqual([]);
    expect(await counts()).toEqual(before);
    for (const gone of [api.contacts.get({ id: contact.id }), api.sessions.get({ id })])
      await expect(gone).rejects.toMatchObject({ code: 'not_found' });
  });
}
