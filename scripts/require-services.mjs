// Says which service the tests miss before any of them fails for it.
import { connect } from 'node:net';
import pg from 'pg';
import { Refusal, runProgram } from './root.mjs';

const WAIT_MS = 5_000;

async function askPostgres(url) {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: WAIT_MS });
  try {
    await client.connect();
  } finally {
    await client.end().catch(() => {});
  }
}

async function askRedis(url) {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port || 6379), timeout: WAIT_MS });
  await new Promise((resolve, reject) => {
    socket.on('connect', resolve);
    socket.on('error', reject);
    socket.on('timeout', () => reject(new Error(`no answer within ${WAIT_MS} ms`)));
  }).finally(() => socket.destroy());
}

async function need({ name, variable, ask }) {
  const url = process.env[variable];
  if (!url) throw new Refusal(`${variable} is not set: it says where the tests find ${name}.`);
  try {
    await ask(url);
  } catch (error) {
    const { host } = new URL(url);
    throw new Refusal(
      `${name} does not answer at ${host} (${error.message || error.code}). Start it (docker-compose up -d), or set ${variable}.`,
    );
  }
}

await runProgram(async () => {
  await need({ name: 'PostgreSQL', variable: 'CRMFLOW_TEST_POSTGRES', ask: askPostgres });
  await need({ name: 'Redis', variable: 'CRMFLOW_TEST_REDIS', ask: askRedis });
});
