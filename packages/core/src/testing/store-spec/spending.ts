import { expect, it } from 'vitest';
import type { ModelCall } from '../../store.ts';
import { aUser, newId, type OpenStore } from './rows.ts';

const aCall = (userId: string, given: Partial<ModelCall> = {}): ModelCall => ({
  id: newId('call'),
  userId,
  workflowId: null,
  sessionId: null,
  provider: 'openai',
  model: 'small',
  inputTokens: 10,
  outputTokens: 5,
  cost: null,
  outcome: 'ok',
  ms: 120,
  createdAt: '2026-01-05T23:59:59.999Z',
  ...given,
});

export function spendingSpec(open: OpenStore): void {
  it('gives out no more tokens than there are, however many ask at once', async () => {
    const { spending } = await open();
    const scope = newId('user');
    const asked = Array.from({ length: 50 }, () => spending.take(scope, '2026-01-05', 30, 1_000));
    const given = (await Promise.all(asked)).filter(Boolean);
    expect(given).toHaveLength(33);
    expect(await spending.take(scope, '2026-01-05', 10, 1_000)).toBe(true);
    expect(await spending.take(scope, '2026-01-05', 1, 1_000)).toBe(false);
    expect(await spending.take(scope, '2026-01-06', 1_000, 1_000)).toBe(true);
    expect(await spending.take(newId('user'), '2026-01-05', 1_001, 1_000)).toBe(false);
  });

  it('takes back what was not used, and never more than was given', async () => {
    const { spending } = await open();
    const scope = newId('workflow');
    await spending.take(scope, '2026-01-05', 80, 100);
    await spending.giveBack(scope, '2026-01-05', 50);
    expect(await spending.take(scope, '2026-01-05', 70, 100)).toBe(true);
    await spending.giveBack(scope, '2026-01-05', 900);
    expect(await spending.take(scope, '2026-01-05', 101, 100)).toBe(false);
    expect(await spending.take(scope, '2026-01-05', 100, 100)).toBe(true);
  });

  it('counts what was used beyond what was taken, however much', async () => {
    const { spending } = await open();
    const scope = newId('workflow');
    await spending.take(scope, '2026-01-05', 10, 100);
    for (const more of [60, 2_000_000_000, 2_000_000_000]) {
      await spending.giveBack(scope, '2026-01-05', -more);
      expect(await spending.take(scope, '2026-01-05', 40, 100)).toBe(false);
    }
  });

  it('adds up the calls of a user by day and model, as long as the user is there', async () => {
    const { spending, users } = await open();
    const [ada, bob] = [aUser(), aUser()];
    await users.create(ada);
    await users.create(bob);
    const calls = [
      aCall(ada.id, { cost: 0.25 }),
      aCall(ada.id, { outcome: 'late', workflowId: 'w1', cost: 0.5 }),
      aCall(ada.id, { createdAt: '2026-01-06T00:00:00.000Z', model: 'large' }),
      aCall(ada.id, { createdAt: '2026-01-07T00:00:00.000Z' }),
      aCall(bob.id),
    ];
    for (const call of calls) await spending.record(call);
    const days = { since: '2026-01-05', until: '2026-01-06' };
    const small = { day: '2026-01-05', provider: 'openai', model: 'small' };
    expect(await spending.used({ userId: ada.id, ...days })).toEqual([
      {
        day: '2026-01-06',
        provider: 'openai',
        model: 'large',
        calls: 1,
        failed: 0,
        inputTokens: 10,
        outputTokens: 5,
        cost: null,
      },
      { ...small, calls: 2, failed: 1, inputTokens: 20, outputTokens: 10, cost: 0.75 },
    ]);
    expect(await spending.used({ userId: ada.id, workflowId: 'w1', ...days })).toEqual([
      { ...small, calls: 1, failed: 1, inputTokens: 10, outputTokens: 5, cost: 0.5 },
    ]);
    await users.remove(ada.id);
    expect(await spending.used({ userId: ada.id, ...days })).toEqual([]);
    expect(await spending.used({ userId: bob.id, ...days })).toHaveLength(1);
  });
}
