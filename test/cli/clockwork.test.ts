import { expect, it, vi } from 'vitest';
import { keepTicking } from '../../packages/cli/src/commands/serve/clockwork.ts';

it('says once that due sessions cannot be moved on, and once that they can again', async () => {
  const said: string[] = [];
  let isAway = false;
  let tries = 0;
  const work = () => {
    tries += 1;
    return isAway ? Promise.reject(new Error('The database is away.')) : Promise.resolve(0);
  };
  const clockwork = keepTicking(work, {
    failed: (cause) => void said.push(String(cause)),
    works: () => void said.push('works'),
  });
  for (const away of [false, true, false, true]) {
    isAway = away;
    const from = tries;
    await vi.waitFor(() => expect(tries).toBeGreaterThan(from + 1), { timeout: 10_000 });
  }
  await clockwork.stop();
  expect(said).toEqual(['Error: The database is away.', 'works', 'Error: The database is away.']);
});
