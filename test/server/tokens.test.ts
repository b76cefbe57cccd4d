import { testWorld } from '@crmflow/core/testing';
import { describe, expect, it } from 'vitest';
import { shippedTemplates } from '../../packages/core/src/adapters/shipped-templates.ts';
import { begin, refusal, type Ask } from './kit.ts';

describe('a token that is not good, or no longer', () => {
  it('is in nobody’s way where everybody may ask', async () => {
    const { asking, register } = await begin();
    const { email, password } = await register('ada');
    for (const token of ['a.b.c', 'x'.repeat(500)]) {
      const ask = asking(token);
      for (const path of ['/health', '/health/ready', '/templates'])
        expect([path, (await ask('GET', path)).status]).toEqual([path, 200]);
      expect((await ask('POST', '/auth/login', { email, password })).status).toBe(200);
    }
  });

  it('starts no session for a stranger, and is named as RFC 6750 wants it', async () => {
    const { asking, guest } = await begin();
    const bad = asking('a.b.c');
    const answers = [
      await bad('POST', '/sessions', { workflowId: 'lead-qualification' }),
      await bad('GET', '/auth/me'),
    ];
    for (const answer of answers) {
      expect(refusal(answer)).toMatchObject({ status: 401, code: 'unauthenticated' });
      expect(answer.headers.get('www-authenticate')).toMatch(
        /^Bearer realm="CRMFlow", error="invalid_token", error_description="[^"]+"$/,
      );
    }
    const none = await guest('GET', '/auth/me');
    const other = await guest('GET', '/auth/me', undefined, { authorization: 'Basic YTpi' });
    for (const answer of [none, other])
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([
        401,
        'Bearer realm="CRMFlow"',
      ]);
  });
});

it('starts no session for who shows a token that opens nothing, and one for who shows none or a good one', async () => {
  const { asking, guest, register } = await begin({
    world: testWorld({ shipped: (await shippedTemplates()).list() }),
  });
  const start = async (ask: Ask) => (await ask('POST', '/sessions', { workflowId: 'feedback' })).status;
  for (const token of ['garbage', 'f'.repeat(32)]) expect(await start(asking(token))).toBe(401);
  const first = await guest('POST', '/sessions', { workflowId: 'feedback' });
  expect(first.status).toBe(201);
  expect(await start(asking((first.body as { token: string }).token))).toBe(201);
  expect(await start((await register('ada')).ask)).toBe(201);
});

describe('the current password, when it is to be changed', () => {
  it('may be guessed no more often than at a login, and keeps nobody from logging in', async () => {
    const { register, guest } = await begin({ rates: { login: { points: 3, seconds: 60 } } });
    const ada = await register('ada');
    const change = (currentPassword: string) =>
      ada.ask('PUT', '/auth/password', { currentPassword, newPassword: 'a better horse battery' });
    const statuses = [];
    for (const guess of ['one', 'two', 'three', 'four']) statuses.push((await change(guess)).status);
    expect(statuses).toEqual([403, 403, 403, 429]);
    expect((await change(ada.password)).status).toBe(429);
    const { email, password } = ada;
    expect((await guest('POST', '/auth/login', { email, password })).status).toBe(200);
  });
});

it('lets the pages of its public address call, by HTTP and by socket, and no others', async () => {
  const { url } = await begin({ publicUrl: 'https://crm.example.com/' });
  const status = async (path: string, origin: string) =>
    (await fetch(`${url}${path}`, { headers: { origin } })).status;
  for (const path of ['/api/health', '/socket.io/?EIO=4&transport=polling']) {
    expect([path, await status(path, 'https://crm.example.com')]).toEqual([path, 200]);
    expect([path, await status(path, 'https://evil.example.com')]).toEqual([path, 403]);
  }
});
