// What stands outside misbehaves, or is asked in the middle of something.
import { ANSWER, asksModel, QUESTION } from '../kit/flows.mjs';
import { BEHAVIOURS } from '../kit/provider.mjs';
import { EMBEDDED, isWithoutGap, scenario, until } from '../kit/stage.mjs';

const AWAY = 'Somebody will answer you.';

export const OUTSIDE = scenario(
  {
    name: 'provider',
    title: 'a provider that misbehaves in every way, its waits a tenth as long',
    on: [EMBEDDED],
    preload: ['haste'],
    inShort: [EMBEDDED],
  },
  async ({ provider, flow, owner, lines, events, expect }) => {
    const workflowId = await flow(...asksModel(AWAY, ['unavailable', 'error']));
    // Each session has a way of its own, which its question names.
    provider.behave = (question) => question;
    const ways = Object.keys(BEHAVIOURS).filter((way) => !['good', 'stall'].includes(way));
    const took = await Promise.all(
      ways.map(async (way) => {
        const { id } = (await owner.sessions.start({ workflowId })).session;
        const from = performance.now();
        await owner.sessions.send({ id, message: way });
        await until(
          `the session of ${way} ends`,
          async () => (await owner.sessions.get({ id })).status === 'finished',
          90_000,
        );
        expect(`the end with ${way}`, (await lines(id)).at(-1), `bot: ${AWAY}`);
        expect(`no gap with ${way}`, isWithoutGap(await events(id)));
        return `${way} ${((performance.now() - from) / 1_000).toFixed(1)} s`;
      }),
    );
    provider.behave = () => 'good';
    const { id } = (await owner.sessions.start({ workflowId })).session;
    await owner.sessions.send({ id, message: QUESTION });
    await until('the answer of a provider that is well again', async () =>
      (await lines(id)).includes(ANSWER),
    );
    return `every session left by its other way: ${took.join(', ')}`;
  },
);
