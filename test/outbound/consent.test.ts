import { describe, expect, it } from 'vitest';
import { keeping, refusing, run, sendingWorld, sketch, SID, TOKEN, twilio } from './kit.ts';

const PHONE = '+4915123456789';
const EMAIL = 'ada@example.org';
const keys = keeping({
  twilio: { accountSid: SID, authToken: TOKEN },
  smtp: { host: 'mail.example.com', from: 'shop@example.com' },
});
const kinds = {
  sms: { kind: 'twilio_message', to: PHONE, from: '+4930901820', text: 'Hello' },
  whatsapp: { kind: 'twilio_message', channel: 'whatsapp', to: PHONE, from: '+4930901820', text: 'Hello' },
  call: { kind: 'twilio_call', to: PHONE, from: '+4930901820', text: 'Hello' },
  email: { kind: 'email', to: 'Ada@Example.org', subject: 'Hello', text: 'Hello' },
};
const ways = Object.keys(kinds) as (keyof typeof kinds)[];

/** What comes of a node of this way, for somebody who has said what they want, and how many it reached. */
async function sent(
  way: keyof typeof kinds,
  state: Record<string, 'granted' | 'withdrawn'>,
  more: object = {},
) {
  const { http, heard } = await twilio();
  const letters: unknown[] = [];
  const mail = {
    send: async (letter: unknown) => {
      letters.push(letter);
      return { kind: 'sent' as const, refused: [] };
    },
  };
  const world = await sendingWorld({ http, mail }, keys);
  const consent = Object.fromEntries(Object.entries(state).map(([name, each]) => [name, { state: each }]));
  await world.app.as(world.owner).contacts.create({ email: EMAIL, phone: PHONE, consent });
  const { said } = await run(world, sketch({ ...kinds[way], ...more }));
  return { said, reached: heard.length + letters.length };
}

describe.each(ways)('whoever does not want it any more: %s', (way) => {
  it('is sent nothing', async () => {
    expect(await sent(way, { [way]: 'withdrawn' })).toEqual({
      said: 'refused consent: Nothing was sent. Whoever it was for has withdrawn their consent to be reached in this way.',
      reached: 0,
    });
  });
  it('is sent what is necessary', async () => {
    expect(await sent(way, { [way]: 'withdrawn' }, { necessary: true })).toEqual({
      said: 'sent',
      reached: 1,
    });
  });
  it('is sent what comes another way', async () => {
    const others = Object.fromEntries(
      ways.filter((other) => other !== way).map((other) => [other, 'withdrawn' as const]),
    );
    expect(await sent(way, { ...others, [way]: 'granted' })).toEqual({ said: 'sent', reached: 1 });
  });
});

it.each(['sms', 'whatsapp', 'call'] as const)(
  'whoever has told Twilio to stop is not written to any more by us: %s',
  async (way) => {
    const { http, heard } = await twilio(refusing(400, 21610));
    const world = await sendingWorld({ http }, keys);
    const api = world.app.as(world.owner);
    const { id } = await api.contacts.create({ phone: PHONE });
    expect((await run(world, sketch(kinds[way]))).said).toMatch(/^refused unsubscribed/);
    const at = '2026-01-05T09:00:00.000Z';
    expect((await api.contacts.get({ id })).consent).toEqual({
      [way]: { state: 'withdrawn', at, source: 'twilio' },
    });
    expect((await run(world, sketch(kinds[way]))).said).toMatch(/^refused consent/);
    expect(heard).toHaveLength(1);
  },
);
