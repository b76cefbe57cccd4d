import { expect, it } from 'vitest';
import type { Notice } from '../../session/notices.ts';
import { after, aWorld, countOf, moving, type OpenStore, START } from './rows.ts';

const FAR = '2126-01-01T00:00:00.000Z';
const aNotice = (seq: number, given: Partial<Notice> = {}): Notice => ({
  ...{ seq, what: 'message', nodeId: 'desk', at: START, since: START, text: `line ${seq}` },
  to: { url: 'https://desk.example.com/hook', key: 'http:desk' },
  ...given,
});

export function noticeSpec(open: OpenStore): void {
  /** A session whose last commit has noted these, due at the start. */
  async function noted(...seqs: number[]) {
    const world = await aWorld(open);
    const begun = await world.begun();
    const moved = moving(begun);
    await world.store.sessions.commit({ ...moved, notices: seqs.map((seq) => aNotice(seq)) });
    const { store } = world;
    /** Those of this session among what is due. */
    const claim = async (now: string, until = FAR) =>
      (await store.notices.claim(now, 1_000, until)).filter(({ sessionId }) => sessionId === begun.id);
    const texts = async (now: string, until?: string) => (await claim(now, until)).map(({ text }) => text);
    return { ...world, ...store, session: moved.session, id: begun.id, claim, texts };
  }
  const DUE = after(60_000);

  it('are noted with their commit, or not at all', async () => {
    const { id, session, claim, sessions } = await noted(3);
    expect(await claim(DUE)).toEqual([{ ...aNotice(3), sessionId: id, attempts: 0 }]);
    const late = { ...moving({ ...session, seq: session.seq - 1 }), notices: [aNotice(9)] };
    expect(await countOf([sessions.commit(late)])).toEqual({ done: 0, refused: ['conflict'] });
    expect(await claim(FAR, after(0))).toMatchObject([{ seq: 3 }]);
  });

  it('are taken one after the other, each by one of many', async () => {
    const { notices, texts, id, claim } = await noted(7, 3, 5);
    const order: (string | undefined)[] = [];
    for (const seq of [3, 5, 7]) {
      const taken = await Promise.all(Array.from({ length: 5 }, () => texts(DUE)));
      order.push(...taken.flat());
      await notices.remove({ sessionId: id, seq });
    }
    expect(order).toEqual(['line 3', 'line 5', 'line 7']);
    expect(await claim(FAR)).toEqual([]);
  });

  it('are taken again when whoever had them has died', async () => {
    const { texts } = await noted(3, 5);
    expect(await texts(DUE, after(120_000))).toEqual(['line 3']);
    expect(await texts(after(119_999))).toEqual([]);
    expect(await texts(after(120_000))).toEqual(['line 3']);
  });

  it('that were told in vain are told later, and nothing before them', async () => {
    const { notices, claim, id } = await noted(3, 5);
    await claim(DUE);
    await notices.putOff({ sessionId: id, seq: 3 }, after(120_000));
    expect(await claim(after(119_999))).toEqual([]);
    expect(await claim(after(120_000))).toMatchObject([{ seq: 3, attempts: 1 }]);
    await notices.remove({ sessionId: id, seq: 3 });
    expect(await claim(after(120_000))).toMatchObject([{ seq: 5, attempts: 0 }]);
  });

  it('leave a line in the log when they are given up, once', async () => {
    const { notices, logs, userId, id } = await noted(3);
    const log = {
      eventType: 'node_advance',
      nodeId: 'desk',
      nodeType: 'integration',
      data: { a: 1 },
    } as const;
    const given = { log, at: after(5_000) };
    await notices.remove({ sessionId: id, seq: 3 }, given);
    await notices.remove({ sessionId: id, seq: 3 }, given);
    const { items } = await logs({ userId, sessionId: id, since: after(5_000) }, { limit: 10 });
    expect(items).toEqual([
      { ...log, id: expect.any(String) as string, sessionId: id, workflowId: null, createdAt: after(5_000) },
    ]);
  });

  it('go with their session', async () => {
    const { sessions, claim, id } = await noted(3);
    await sessions.remove(id);
    expect(await claim(FAR)).toEqual([]);
  });
}
