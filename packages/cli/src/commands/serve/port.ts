import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { promisify } from 'node:util';

/** A program that listens. */
export interface Listening {
  pid: number;
  name: string;
}

/** Who listens on a port of this machine, as far as the system tells this user; null when it does not. */
export const listenerOn = async (port: number, platform: NodeJS.Platform): Promise<Listening | null> =>
  (platform === 'linux' ? await byProc(port).catch(() => null) : null) ??
  (await byLsof(port).catch(() => null));

/** https://docs.kernel.org/networking/proc_net_tcp.html: the local address in hexadecimal, the state (0A listens), the inode. */
async function byProc(port: number): Promise<Listening | null> {
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((name) => readFile(`/proc/net/${name}`, 'utf8').catch(() => '')),
  );
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const sockets = new Set<string>();
  for (const line of tables.join('\n').split('\n')) {
    const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
    if (state === '0A' && local.endsWith(suffix)) sockets.add(`socket:[${inode}]`);
  }
  if (!sockets.size) return null;
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid) || !(await holds(pid, sockets))) continue;
    return { pid: Number(pid), name: (await readFile(`/proc/${pid}/comm`, 'utf8')).trim() };
  }
  return null;
}

/** Other people's processes do not show what they hold. */
async function holds(pid: string, sockets: ReadonlySet<string>): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  const files = await readdir(folder).catch(() => []);
  const targets = await Promise.all(files.map((file) => readlink(`${folder}/${file}`).catch(() => '')));
  return targets.some((target) => sockets.has(target));
}

async function byLsof(port: number): Promise<Listening | null> {
  const asked = ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'];
  const { stdout } = await promisify(execFile)('lsof', asked, { timeout: 2_000 });
  const pid = /^p(\d+)$/m.exec(stdout)?.[1];
  return pid === undefined ? null : { pid: Number(pid), name: /^c(.+)$/m.exec(stdout)?.[1] ?? 'a program' };
}

/** How many ports are tried. */
const TRIED = 50;

/** The next port nobody listens on; null when there is none close by. */
export async function freePortAfter(taken: number, host: string): Promise<number | null> {
  const last = Math.min(taken + TRIED, 65_535);
  for (let port = taken + 1; port <= last; port++) if (await isFree(port, host)) return port;
  return null;
}

const isFree = (port: number, host: string): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
