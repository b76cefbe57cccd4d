import { describe, expect, it } from 'vitest';
import { testWorld } from '@crmflow/core/testing';
import { ask, begin, connect, speaking, start } from './kit.ts';

const answering = {
  nodes: [start, ask('ask', 'Yes?'), { id: 'answer', type: 'ai', data: { threshold: 0 } } as const],
  edges: ['start -> ask', 'ask -> answer'],
  knowledge: [{ question: 'Are you open?', answer: 'We open at nine.' }],
};

describe('closing', () => {
  it('lets a turn at work finish and be told, lets nobody in and begins nothing meanwhile, then hangs up so that clients come back', async () => {
    let goOn = () => undefined as void;
    const held = new Promise<void>((resolve) => (goOn = resolve));
    const {
      keep,
      connect: open,
      sockets,
      url,
    } = await begin({ world: testWorld({ ai: speaking(['Nine.'], () => held) }) });
    const workflowId = await keep(answering);
    const client = await open();
    await client.call('session:start', { workflowId, mode: 'auto' });
    const answered = client.call('user:message', { message: 'Are you open?' });
    await client.nth('ai:processing_start');
    const why = new Promise((resolve) => client.socket.on('disconnect', resolve));
    const closed = sockets.close();
    await expect(connect(url)).rejects.toThrow();
    expect((await client.call('session:start', { workflowId })).error).toMatchObject({ code: 'unavailable' });
    goOn();
    expect((await answered).data!.session.status).toBe('finished');
    await closed;
    expect(client.said().at(-1)).toBe('Nine.');
    expect(client.names().at(-1)).toBe('workflow:finished');
    expect(await why).toBe('transport close');
  });
});
