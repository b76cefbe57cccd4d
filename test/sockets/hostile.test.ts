import { describe, expect, it } from 'vitest';
import { begin, type Client } from './kit.ts';

const EVENTS = [
  'session:start',
  'session:resume',
  'node:execute',
  'user:message',
  'workflow:advance',
  'session:end',
  'no:such event',
  '__proto__',
];
const deep = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
const valid = { workflowId: 'w', sessionId: 's', nodeId: 'n', fromNodeId: 'n', message: 'm' };

/** Sends bytes of our own making as the packet of an event: what no client library would send. */
const raw = (client: Client, json: string, ack = '') => client.socket.io.engine.write(`2${ack}${json}`);

const PAYLOADS: [string, (client: Client, event: string) => void][] = [
  ['nothing', ({ socket }, event) => socket.emit(event)],
  ['null', ({ socket }, event) => socket.emit(event, null)],
  ['an array', ({ socket }, event) => socket.emit(event, [valid])],
  ['a string', ({ socket }, event) => socket.emit(event, 'x'.repeat(100))],
  ['a number', ({ socket }, event) => socket.emit(event, 1e308)],
  ['10,000 levels', (client, event) => raw(client, `["${event}",${deep(10_000)}]`)],
  ['10,000 levels in a field', (client, event) => raw(client, `["${event}",{"variables":${deep(10_000)}}]`)],
  ['binary', ({ socket }, event) => socket.emit(event, Buffer.alloc(1_000))],
  [
    'binary in its fields',
    ({ socket }, event) => socket.emit(event, { message: Buffer.from('hi'), nodeId: Buffer.from('n') }),
  ],
  [
    'fields of wrong types',
    ({ socket }, event) => socket.emit(event, { workflowId: {}, sessionId: [], nodeId: 1, message: null }),
  ],
  ['unknown fields', ({ socket }, event) => socket.emit(event, { ...valid, node: { type: 'integration' } })],
  [
    '10,000 unknown fields',
    ({ socket }, event) =>
      socket.emit(event, Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`f${at}`, at]))),
  ],
  [
    'a prototype',
    (client, event) => raw(client, `["${event}",{"__proto__":{"workflowId":"w","toString":1}}]`),
  ],
  ['two payloads', ({ socket }, event) => socket.emit(event, valid, valid)],
  [
    'two callbacks',
    ({ socket }, event) =>
      socket.emit(
        event,
        () => undefined,
        () => undefined,
      ),
  ],
  ['a callback as its payload', (client, event) => raw(client, `["${event}"]`, '7')],
];

describe('a client that sends anything', () => {
  it.each(PAYLOADS)('hears error:api at most for %s, with any event', async (_name, send) => {
    const { connect } = await begin();
    for (const event of EVENTS) {
      const client = await connect();
      send(client, event);
      const { message, code } = await client.nth('error:api');
      expect(['invalid_input', 'not_found', 'conflict']).toContain(code);
      expect(String(message).length).toBeLessThan(500);
      expect(client.names()).toEqual(['error:api']);
      expect(client.socket.connected).toBe(true);
    }
  });

  it('is cut off for more than a megabyte, and nobody else', async () => {
    const { connect } = await begin();
    const witness = await connect();
    for (const event of EVENTS) {
      const client = await connect();
      client.socket.emit(event, { message: 'x'.repeat(1_000_001) });
      await client.until(() => client.socket.disconnected);
    }
    expect((await witness.call('user:message', { message: 'Hi' })).error).toMatchObject({ code: 'conflict' });
  });

  it('is cut off for bytes that are no packet, and nobody else', async () => {
    const { connect } = await begin();
    const witness = await connect();
    for (const bytes of [
      '2[',
      '2{}',
      '2["connect"]',
      '51-["user:message",{"_placeholder":true,"num":9}]b',
      '9',
    ]) {
      const client = await connect();
      client.socket.io.engine.write(bytes);
      await client.until(() => client.socket.disconnected);
    }
    expect((await witness.call('session:end')).error).toMatchObject({ code: 'conflict' });
  });
});
