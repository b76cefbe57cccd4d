import { monitorEventLoopDelay } from 'node:perf_hooks';
import { converse } from '@crmflow/core/testing';
import { expect, it } from 'vitest';

it('conversations that go round without waiting end with a reason, and hold up nobody else', async () => {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const talks = await Promise.all(
    Array.from({ length: 10 }, () =>
      converse({
        nodes: [
          { id: 'start', type: 'trigger' },
          { id: 'count', type: 'logic', data: { kind: 'set', values: { n: 'default(n, 0) + 1' } } },
          { id: 'check', type: 'logic', data: { cases: [{ when: 'n < 0', port: 'out' }] } },
        ],
        edges: ['start -> count', 'count -> check', 'check.else -> count'],
      }),
    ),
  );
  delay.disable();
  for (const talk of talks)
    expect(await talk.session()).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('a loop that never ends') as string,
    });
  expect(delay.max / 1e6).toBeLessThan(200);
});
