import type { Context } from '../context.ts';
import { printable } from '../printable.ts';
import { describe, type Setup } from './index.ts';

export const setup: Setup = (command, act) => {
  describe(command, 'Say as whom commands work, and where.', [
    'crmflow whoami',
    'crmflow whoami --profile test --json',
  ]).action(() => act(whoami));
};

async function whoami(context: Context): Promise<void> {
  const { out, reach } = context;
  const there = reach();
  const { api, where, isGuest } = await context.open();
  const user = there.kind === 'here' || isGuest ? null : (await api.auth.me({})).user;
  const role = there.kind === 'here' ? 'owner' : isGuest ? 'guest' : 'user';
  const profile = there.kind === 'server' ? (there.profile ?? null) : null;
  if (out.isJson) return out.json({ role, user, where, profile });
  const names = { owner: 'The local owner', guest: 'A visitor, not logged in', user: user?.email ?? '' };
  out.line(`${printable(names[role])}, on ${printable(where)}${profile ? ` (profile ${profile})` : ''}`);
}
