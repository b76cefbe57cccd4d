import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApp, type Opened } from '@crmflow/core/open';

/** Data folders as earlier releases left them, with the sessions that wait in them. */
const releases = [
  {
    release: '0.1.0',
    lead: '313944ad7a4735dd77d9f8f7213139f3',
    registration: 'f5615da0c62a02fc8dece4d660d88599',
    support: '896684599117857fd2a885d715eeaf8a',
  },
];

describe.each(releases)('a data folder of release $release', ({ release, lead, registration, support }) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'crmflow-upgrade-'));
  let opened: Opened;
  beforeAll(async () => {
    const packed = readFileSync(`test/fixtures/data-${release}.tar.br`);
    execFileSync('tar', ['-C', dataDir, '-xf', '-'], { input: brotliDecompressSync(packed) });
    opened = await openApp({ dataDir });
  });
  afterAll(async () => {
    await opened.close();
    rmSync(dataDir, { recursive: true });
  });

  async function goOn(id: string, answers: readonly string[]) {
    const { sessions } = opened.app.as(opened.owner);
    for (const message of answers) await sessions.send({ id, message });
    const [{ status, outcome }, { items }] = await Promise.all([
      sessions.get({ id }),
      sessions.messages({ id }),
    ]);
    return { status, outcome, last: items.at(-1)?.text };
  }

  it('opens, and its waiting sessions go on to their end', async () => {
    expect(await goOn(lead, ['6500', 'later'])).toEqual({
      status: 'finished',
      outcome: 'nurture',
      last: "Thank you, Ada Lovelace. We'll send some examples in your price range to ada@example.com, and you decide when to talk.",
    });
    expect(await goOn(registration, ['Eve', 'factory tour', 'vegan', 'yes'])).toEqual({
      status: 'finished',
      outcome: 'registered',
      last: "You're in! See you at Open House Day.",
    });
    expect(await goOn(support, ['yes', 'no'])).toMatchObject({ status: 'finished', outcome: 'solved' });
  });

  it('still holds its workflows', async () => {
    const { items } = await opened.app.as(opened.owner).workflows.list({});
    expect(items.map(({ name, nodeCount }) => [name, nodeCount])).toEqual([['Kept feedback', 15]]);
  });
});
