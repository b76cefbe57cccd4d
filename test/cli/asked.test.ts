import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { folder } from './kit.ts';
import { inTerminal, keys } from './pty.ts';
import { startServe } from './served.ts';

it('asks for address and password, shows neither the password nor the token, and keeps the login', async () => {
  const server = await startServe('--ephemeral');
  onTestFinished(async () => void (await server.stop()));
  const HOME = await folder();
  const register = inTerminal(`login --register --server ${server.url}`, { HOME });
  await register.shows(/E-mail address:/);
  register.type(`ada@example.com${keys.enter}`);
  await register.shows(/Password:/);
  register.type(`correct horse battery${keys.enter}`);
  await register.shows(/The same again:/);
  register.type(`correct horse batterx${keys.enter}`);
  const failed = await register.ends();
  expect(failed.code).toBe(2);
  expect(failed.screen).toContain('The two passwords differ. Nothing was changed.');

  const again = inTerminal(`login --register --email ada@example.com --server ${server.url}`, { HOME });
  for (const question of [/Password:/, /The same again:/]) {
    await again.shows(question);
    again.type(`correct horse battery${keys.enter}`);
  }
  const { code, screen } = await again.ends();
  const kept = await readFile(join(HOME, '.config', 'crmflow', 'profiles.json'), 'utf8');
  const { token } = Object.values(
    (JSON.parse(kept) as { profiles: Record<string, { token: string }> }).profiles,
  )[0]!;
  expect(code).toBe(0);
  expect(screen).toContain('You are ada@example.com');
  expect(screen).not.toMatch(new RegExp(`horse|${token}`));
});

it('keeps nothing when one leaves at the password', async () => {
  const HOME = await folder();
  const at = inTerminal('login --server http://127.0.0.1:1 --email ada@example.com', { HOME });
  await at.shows(/Password:/);
  at.type(keys.interrupt);
  expect(await at.ends()).toMatchObject({ code: 130 });
  expect(existsSync(join(HOME, '.config'))).toBe(false);
});

it('offers the next port when somebody has the one it wants', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void taken.close());
  const { port } = taken.address() as AddressInfo;
  const at = inTerminal(`serve --ephemeral --port ${port}`, { HOME: await folder() });
  await at.shows(
    new RegExp(
      `Port ${port} on 127\\.0\\.0\\.1 is in use by .+ \\(process ${process.pid}\\)\\. Take \\d+\\?`,
    ),
  );
  at.type(keys.enter);
  const shown = await at.shows(/http:\/\/127\.0\.0\.1:\d+\n/);
  const [url] = /http:\S+/.exec(shown)!;
  expect((await fetch(`${url}/api/health`)).status).toBe(200);
  at.type(keys.interrupt);
  expect(await at.ends()).toMatchObject({ code: 130 });
});
