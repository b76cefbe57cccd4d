import { execFile } from 'node:child_process';
import { chmodSync, chownSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { folder, freePort, start } from './processes.mjs';

const isRoot = process.getuid?.() === 0;

/** Where PostgreSQL's own programs are: beside each other, or in Debian's folder of the newest release. */
function programs() {
  const debian = '/usr/lib/postgresql';
  const releases = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  return releases.length ? join(debian, releases[0], 'bin') : '';
}
/** PostgreSQL refuses to run as root. */
const command = (name, args) =>
  isRoot
    ? ['setpriv', ['--reuid=postgres', '--regid=postgres', '--clear-groups', join(programs(), name), ...args]]
    : [join(programs(), name), args];

async function ownerOf(path) {
  if (!isRoot) return;
  const [{ stdout: uid }, { stdout: gid }] = await Promise.all(
    ['-u', '-g'].map((flag) => promisify(execFile)('id', [flag, 'postgres'])),
  );
  chownSync(path, Number(uid), Number(gid));
}

/** A PostgreSQL of our own on a free port of loopback, with the defaults of the release: it waits for the disk. */
export async function startPostgres() {
  const dir = folder('postgres');
  chmodSync(dir, 0o700);
  await ownerOf(dir);
  const port = await freePort();
  const data = join(dir, 'data');
  await promisify(execFile)(
    ...command('initdb', ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-instructions']),
    { cwd: dir },
  );
  const settings = { port, listen_addresses: '127.0.0.1', unix_socket_directories: '', max_connections: 200 };
  const given = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  // SIGQUIT is what `pg_ctl stop -m immediate` sends: nothing is written, the next start recovers.
  const begin = () => start(...command('postgres', ['-D', data, ...given]), { end: 'SIGQUIT', cwd: dir });
  let server = begin();
  const urlOf = (database) => `postgresql://postgres@127.0.0.1:${port}/${database}`;
  const query = async (text, database = 'postgres') => {
    const client = new pg.Client(urlOf(database));
    client.on('error', () => undefined);
    await client.connect();
    return client.query(text).finally(() => client.end());
  };
  async function ready() {
    for (let tries = 0; tries < 600; tries++) {
      if (server.exitCode !== null) throw new Error(`PostgreSQL ended:\n${server.said()}`);
      const isUp = await query('select 1').then(
        () => true,
        () => false,
      );
      if (isUp) return;
      await sleep(50);
    }
    throw new Error(`PostgreSQL does not answer:\n${server.said()}`);
  }
  await ready();
  let made = 0;
  return {
    port,
    query,
    /** The address of a new, empty database. */
    async database() {
      const name = `chaos_${++made}`;
      await query(`create database ${name}`);
      return urlOf(name);
    },
    async close() {
      server.kill('SIGQUIT');
      await server.ended;
    },
    /** Stops it at once, and starts it again after a while. */
    async restart(awayMs = 0) {
      server.kill('SIGQUIT');
      await server.ended;
      await sleep(awayMs);
      server = begin();
      await ready();
    },
  };
}
