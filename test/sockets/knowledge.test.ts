import { expect, it } from 'vitest';
import { bookOf } from '../knowledge/kit.ts';
import { begin } from './kit.ts';

it("tells a user's sockets how far his knowledge is, and nobody else's", async () => {
  const { connect, register } = await begin();
  const [ada, bob] = [await register('ada'), await register('bob')];
  const [his, hers, guest] = await Promise.all([
    connect({ token: bob.token }),
    connect({ token: ada.token }),
    connect(),
  ]);
  const file = {
    name: 'a.pdf',
    mimeType: 'application/pdf',
    bytes: bookOf(['The first page of three.', 'The second page of three.', 'The third page of three.']),
  };
  const endOf = async (itemId: string) => {
    for (let at = 1; ; at++) {
      const told = await hers.nth('knowledge:progress', at);
      if (told.itemId === itemId && told.state !== 'processing') return told;
    }
  };
  const { id } = await ada.api.knowledge.pdf({ file, wait: 0 });
  expect(await hers.nth('knowledge:progress')).toMatchObject({ itemId: id, total: 3 });
  expect(await endOf(id)).toEqual({ itemId: id, state: 'ready', done: 3, total: 3 });
  const broken = { ...file, bytes: new TextEncoder().encode('%PDF-1.7') };
  const failing = await ada.api.knowledge.pdf({ file: broken, wait: 0 });
  expect(await endOf(failing.id)).toMatchObject({
    state: 'failed',
    reason: expect.any(String) as string,
  });
  // Both have been told all that was sent before this.
  for (const { call, all } of [his, guest]) {
    await call('session:end');
    expect(all('knowledge:progress')).toEqual([]);
  }
});
