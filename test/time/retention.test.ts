import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { archivedSession } from '@crmflow/core/open';
import { testWorld } from '@crmflow/core/testing';
import { openArchive } from '../../packages/core/src/adapters/archive.ts';
import { fromFile } from '../../packages/core/src/workflow/file.ts';
import { crmflow } from '../cli/kit.ts';
import { leaveTraces, tracesIn } from '../storage/erase-spec.ts';

const place = mkdtempSync(join(tmpdir(), 'crmflow-archive-'));
afterAll(() => rmSync(place, { recursive: true }));

const DAY = 86_400;
const workflow = fromFile(
  {
    name: 'Names',
    isPublic: true,
    nodes: [
      { id: 'start', type: 'trigger' },
      { id: 'who', type: 'listen', data: { prompt: 'Who are you?', saveAs: 'who' } },
      { id: 'done', type: 'logic', data: { kind: 'end', outcome: 'named' } },
    ],
    edges: ['start -> who', 'who -> done'],
  },
  'it',
);

/** A world that keeps what is named so many days. */
async function world(given: Parameters<typeof testWorld>[0]) {
  const gone: unknown[] = [];
  const failed: unknown[] = [];
  const made = testWorld({
    tellGone: (each) => gone.push({ ...each }),
    report: (cause) => failed.push(cause),
    ...given,
  });
  const api = made.app.as(made.owner);
  const { id: workflowId } = await api.workflows.create(workflow);
  const start = async () => (await api.sessions.start({ workflowId })).session.id;
  return {
    ...made,
    api,
    gone,
    failed,
    workflowId,
    start,
    async finished() {
      const id = await start();
      await api.sessions.send({ id, message: 'Ada' });
      return id;
    },
    /** Lets days pass; a pass takes a tick for each look. */
    async days(count: number) {
      await made.pass(count * DAY);
      for (let tick = 0; tick < 10; tick++) await made.app.tick();
    },
  };
}
const isThere = (api: Awaited<ReturnType<typeof world>>['api'], id: string) =>
  api.sessions.get({ id }).then(
    ({ status }) => status as string,
    ({ code }: { code: string }) => code,
  );

it('keeps everything for ever unless told otherwise', async () => {
  const { api, finished, days, gone } = await world({});
  const id = await finished();
  await days(4_000);
  expect([await isThere(api, id), gone]).toEqual(['finished', []]);
});

it('lets ended sessions go after their days, and none that waits; what was counted stays', async () => {
  const { api, finished, start, days, gone } = await world({ keepDays: { ended: 30 } });
  const [done, open] = [await finished(), await start()];
  const counts = async () => (await api.logs.list({ limit: 200 })).items.map(({ eventType }) => eventType);
  const before = await counts();
  await days(29);
  expect(await isThere(api, done)).toBe('finished');
  await days(2);
  expect([await isThere(api, done), await isThere(api, open)]).toEqual(['not_found', 'waiting']);
  expect(await counts()).toEqual(before);
  expect(gone).toEqual([{ ended: 1 }]);
});

it('ends what a guest left after its days, and lets log rows go after theirs', async () => {
  const { app, api, workflowId, start, days, gone } = await world({ keepDays: { left: 7, logs: 60 } });
  const guest = app.as({ role: 'guest' });
  const { session } = await guest.sessions.start({ workflowId });
  const mine = await start();
  await days(8);
  expect(await api.sessions.get({ id: session.id })).toMatchObject({
    status: 'finished',
    outcome: 'expired',
  });
  expect(await isThere(api, mine)).toBe('waiting');
  expect((await api.logs.list({})).items.length).toBeGreaterThan(0);
  await days(61);
  expect((await api.logs.list({})).items).toEqual([]);
  expect(gone).toEqual([{ left: 1 }, { logs: expect.any(Number) as number }]);
});

it('keeps only sessions where the archive cannot be written, says so, and tries again in ten minutes', async () => {
  let isFull = true;
  const archive = await openArchive(join(place, 'full'));
  const { api, finished, days, pass, app, failed, gone } = await world({
    keepDays: { ended: 30, logs: 30 },
    archive: {
      ...archive,
      write: (sessions) => (isFull ? Promise.reject(new Error('no space left')) : archive.write(sessions)),
    },
  });
  const id = await finished();
  await days(31);
  expect(await isThere(api, id)).toBe('finished');
  expect((await api.logs.list({})).items).toEqual([]);
  expect(failed.map(String)).toEqual([
    'CrmflowError: Ended sessions of more than 30 days could not go (no space left). It is tried again in ten minutes.',
  ]);
  isFull = false;
  await pass(601);
  for (let tick = 0; tick < 10; tick++) await app.tick();
  expect(await isThere(api, id)).toBe('not_found');
  expect(gone).toEqual([{ logs: expect.any(Number) as number }, { ended: 1 }]);
});

it('writes a session to the archive before it goes, for its owner alone, and shows it from there', async () => {
  const folder = join(place, 'shown');
  const { api, finished, days } = await world({
    keepDays: { ended: 30 },
    archive: await openArchive(folder),
  });
  const id = await finished();
  const kept = await api.sessions.get({ id });
  await days(31);
  expect(await isThere(api, id)).toBe('not_found');
  const [name, ...more] = readdirSync(folder);
  expect(more).toEqual([]);
  expect(statSync(join(folder, name!)).mode & 0o777).toBe(0o600);
  const archived = (await archivedSession(folder, id))!;
  expect(archived).toMatchObject({
    id,
    outcome: 'named',
    variables: { who: 'Ada' },
    createdAt: kept.createdAt,
  });
  expect(archived.messages.map(({ text }) => text)).toEqual(['Who are you?', 'Ada']);
  expect(archived.events.map(({ seq }) => seq)).toEqual(archived.events.map((_, at) => at + 1));
  expect(archived.logs.map(({ eventType }) => eventType)).toContain('session_end');
  expect(JSON.stringify(archived)).not.toContain('tokenHash');
  const shown = await crmflow(`sessions show ${id} --archive ${folder}`);
  expect([shown.code, shown.stdout]).toEqual([0, expect.stringContaining('user: Ada\n')]);
  expect(await crmflow(`sessions show nobody --archive ${folder}`)).toMatchObject({ code: 1 });
});

it('keeps what it cannot write, and lets it go once it can', async () => {
  const folder = join(place, 'blocked');
  const archive = await openArchive(folder);
  rmSync(folder, { recursive: true });
  writeFileSync(folder, 'a file in the way');
  const { api, finished, days, failed } = await world({ keepDays: { ended: 30 }, archive });
  const id = await finished();
  await days(31);
  expect([await isThere(api, id), failed.length]).toEqual(['finished', 1]);
  rmSync(folder);
  await days(1);
  expect(await isThere(api, id)).toBe('not_found');
  expect(await archivedSession(folder, id)).toMatchObject({ id });
});

it('leaves nothing of a person in the archive who is erased, and all of the others', async () => {
  const folder = join(place, 'erased');
  const made = await world({ keepDays: { ended: 30 }, archive: await openArchive(folder) });
  const { contact, id } = await leaveTraces(made);
  await made.api.sessions.end({ id });
  const other = await made.finished();
  await made.days(31);
  expect(tracesIn(JSON.stringify(await archivedSession(folder, id)))).not.toEqual([]);
  await made.api.contacts.remove({ id: contact.id });
  expect(await archivedSession(folder, id)).toBeNull();
  expect(tracesIn(JSON.stringify(await archivedSession(folder, other)))).toEqual([]);
  expect(await archivedSession(folder, other)).toMatchObject({ id: other });
});

it('is refused at once where no archive can be kept', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'crmflow-archive-')), 'a-file');
  writeFileSync(file, '');
  await expect(openArchive(file)).rejects.toMatchObject({
    code: 'invalid_input',
    message: expect.stringContaining(`No archive can be kept in ${file}`) as string,
  });
});
