import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { folder, freePort, start } from './processes.mjs';

/** A Redis of our own on a free port of loopback, which keeps nothing. */
export async function startRedis() {
  const port = await freePort();
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const begin = () => start('redis-server', [...args, '--dir', folder('redis')]);
  let server = begin();

  /** A command as one types it, and the first line of its answer; a Redis that dies over it says nothing. */
  const ask = (text) =>
    new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => socket.write(`${text}\r\n`));
      socket.once('data', (answer) => {
        resolve(String(answer).split('\r\n')[0]);
        socket.destroy();
      });
      socket.once('error', reject);
      socket.once('close', () => reject(new Error(`Redis did not answer ${text}.`)));
    });
  async function ready() {
    for (let tries = 0; tries < 200; tries++) {
      if ((await ask('PING').catch(() => '')) === '+PONG') return;
      await sleep(25);
    }
    throw new Error(`Redis does not answer:\n${server.said()}`);
  }
  await ready();
  return {
    url: `redis://127.0.0.1:${port}`,
    flush: () => ask('FLUSHALL'),
    async kill() {
      server.kill('SIGKILL');
      await server.ended;
    },
    async back() {
      server = begin();
      await ready();
    },
  };
}
