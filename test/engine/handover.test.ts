import { converse, type Sketch } from '@crmflow/core/testing';
import { describe, expect, it } from 'vitest';
import { ask, say, start } from './kit.ts';

const desk = (data: object = {}): Sketch => ({
  nodes: [
    start,
    ask('wish'),
    {
      id: 'desk',
      type: 'integration',
      data: { kind: 'handover', say: 'A colleague will be with you.', ports: ['ticket'], ...data },
    },
    say('back', 'Back with the bot.'),
    say('ticket', 'A ticket was made.'),
    say('nobody', 'Nobody is there.'),
  ],
  edges: [
    'start -> wish',
    'wish -> desk',
    'desk -> back',
    'desk.ticket -> ticket',
    ...('within' in data ? ['desk.unanswered -> nobody'] : []),
  ],
});

async function handedOver(data?: object) {
  const talk = await converse(desk(data));
  await talk.user('A person, please');
  const { api, id } = talk;
  return {
    ...talk,
    // What it is by then.
    told: () => talk.events,
    reply: (message: string) => api.sessions.reply({ id, message }),
    handBack: (given: { port?: string; message?: string } = {}) => api.sessions.handBack({ id, ...given }),
  };
}

describe('a conversation that was handed over', () => {
  it('lets visitor and person talk, and goes on when it is given back', async () => {
    const { user, reply, handBack, said, session, told } = await handedOver();
    expect(await session()).toMatchObject({ status: 'waiting', wait: { for: 'person' }, nodeId: 'desk' });
    const asked = () =>
      told().flatMap((event) => (event.type === 'system:waiting_for_input' ? [event.for] : []));
    expect(asked()).toEqual([undefined, 'person']);
    await user('Are you there?');
    await reply('Yes, how can I help?');
    await user('help');
    await user('restart');
    await handBack({ message: 'That was it.' });
    expect(said().slice(2)).toEqual([
      'bot: A colleague will be with you.',
      'user: Are you there?',
      'bot: Yes, how can I help?',
      'user: help',
      'user: restart',
      'bot: That was it.',
      'bot: Back with the bot.',
    ]);
    const authors = told().flatMap((event) =>
      event.type === 'session:message' && event.message.author ? [event.message.text] : [],
    );
    expect(authors).toEqual(['Yes, how can I help?', 'That was it.']);
    expect(await session()).toMatchObject({ status: 'finished' });
  });

  it('leaves by the way the person chooses, and by none the node does not have', async () => {
    const { handBack, said, session } = await handedOver();
    await expect(handBack({ port: 'tikcet' })).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringMatching(/ has no way tikcet\. It can be given back by out, ticket\.$/) as string,
    });
    expect(await session()).toMatchObject({ status: 'waiting', wait: { for: 'person' } });
    await handBack({ port: 'ticket' });
    expect(said().at(-1)).toBe('bot: A ticket was made.');
  });

  it('goes by unanswered when nobody answers in time, whatever the visitor says meanwhile', async () => {
    const { user, pass, said } = await handedOver({ within: { minutes: 10 } });
    await pass(540);
    await user('Hello?');
    await pass(120);
    expect(said().at(-1)).toBe('bot: Nobody is there.');
  });

  it('has no limit any more once a person has answered', async () => {
    const { reply, pass, session } = await handedOver({ within: { minutes: 10 } });
    await reply('One moment.');
    await pass(86_400);
    expect(await session()).toMatchObject({ status: 'waiting', wait: { for: 'person' } });
  });

  it('is found among those that wait for a person, and no other is', async () => {
    const { api, id, handBack } = await handedOver();
    const ids = async () =>
      (await api.sessions.list({ waitingFor: 'person' })).items.map((session) => session.id);
    expect(await ids()).toEqual([id]);
    await handBack();
    expect(await ids()).toEqual([]);
  });

  it('is answered by the owner alone, and only while it waits for a person', async () => {
    const talk = await converse(desk());
    const refused = talk.api.sessions.reply({ id: talk.id, message: 'Too early' });
    await expect(refused).rejects.toMatchObject({ code: 'conflict' });
  });
});
