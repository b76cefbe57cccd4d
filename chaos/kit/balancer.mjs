import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/**
 * Passes connections on to whichever server is up, by turns. Each comes from an address of its own (Linux takes all of
 * 127.0.0.0/8 for this machine), as visitors do: the servers count by address.
 * @param {readonly { port: number, isUp: boolean }[]} servers
 */
export async function startBalancer(servers) {
  let turn = 0;
  let visitors = 0;
  const lines = new Set();
  const listener = createServer((front) => {
    const up = servers.filter(({ isUp }) => isUp);
    const chosen = up[turn++ % up.length];
    if (!chosen) return front.destroy();
    const back = connect({ host: '127.0.0.1', port: chosen.port, localAddress: address(++visitors) });
    lines.add(front);
    // A server that is killed resets its lines; whoever called must be told as bluntly.
    const cut = () => {
      lines.delete(front);
      front.destroy();
      back.destroy();
    };
    for (const end of [front, back]) end.on('error', cut).on('close', cut).setNoDelay();
    front.pipe(back).pipe(front);
  }).listen(0, '127.0.0.1', 4_096);
  await once(listener, 'listening');
  return {
    url: `http://127.0.0.1:${listener.address().port}`,
    /** Breaks every line. */
    cut: () => [...lines].forEach((line) => line.destroy()),
    close() {
      listener.close();
      this.cut();
    },
  };
}

/** Of the visitor with this number: 127.1.0.0 and on. */
export const address = (visitor) =>
  `127.${1 + ((visitor >> 16) % 250)}.${(visitor >> 8) % 256}.${visitor % 256}`;
