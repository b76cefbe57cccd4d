import { readdirSync, readFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { nouns } from '../../packages/cli/src/commands/index.ts';
import { serveSettings } from '../../packages/cli/src/commands/serve/settings.ts';
import { openOptions } from '../../packages/cli/src/settings.ts';
import { contract } from '../../packages/core/src/contract/index.ts';
import { VARIABLES } from '../../packages/cli/src/commands/serve/variables.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string) => readFileSync(join(root, file), 'utf8');

interface Service {
  image?: string;
  build?: string;
  profiles?: string[];
  environment?: string[] | Record<string, string>;
  ports?: string[];
  volumes?: string[];
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test: string[] };
}
const { services } = parse(read('docker-compose.yml')) as { services: Record<string, Service> };
const { db, redis, app } = services as Record<'db' | 'redis' | 'app', Service>;
const given = new Map(
  Object.values(app.environment ?? {}).map((line) => {
    const [, name, value] = /^(\w+)(?:=(.*))?$/.exec(line)!;
    return [name!, value];
  }),
);

const dockerfile = read('Dockerfile').replaceAll('\\\n', ' ');
const instructions = (name: string) =>
  [...dockerfile.matchAll(new RegExp(`^${name} +(.+)$`, 'gm'))].map(([, rest]) => rest!.trim());
const baked = new Map(
  instructions('ENV').flatMap((line) =>
    [...line.matchAll(/(\w+)=(\S+)/g)].map(([, name, value]) => [name!, value!] as const),
  ),
);

/** What `.env.example` documents, also where it is commented out. */
const documented = parseEnv(read('.env.example').replaceAll(/^# (?=[A-Z_]+=)/gm, ''));
/** What the command reads of the environment: nothing else of CRMFlow does. */
const readByCode = new Set(
  readdirSync(join(root, 'packages/cli/src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => [...read(`packages/cli/src/${file}`).matchAll(/\benv\.([A-Z][A-Z_]+)/g)])
    .map(([, name]) => name!),
);
/** Variables with a meaning of their own, which many programs know. */
const COMMON = new Set([
  'INIT_CWD',
  ...['NODE_ENV', 'NO_COLOR', 'FORCE_COLOR', 'TERM'],
  ...['XDG_DATA_HOME', 'XDG_CONFIG_HOME', 'APPDATA', 'LOCALAPPDATA'],
  // For whoever reports a bug: the sentence that asks for it names it.
  'CRMFLOW_DEBUG',
]);
/** What a container has by its own build, and what is about another machine's server. */
const NOT_FOR_THE_APP = new Set([
  ...['SERVER_PORT', 'SERVER_HOST', 'CRMFLOW_DATA_DIR', 'CRMFLOW_SYNC'],
  ...['CRMFLOW_URL', 'CRMFLOW_TOKEN'],
]);

describe('the environment', () => {
  it('is documented, every variable that is read', () => {
    expect([...readByCode].filter((name) => !COMMON.has(name) && !(name in documented))).toEqual([]);
  });

  it('is known, every variable that is read, to whoever looks for mistyped ones', () => {
    expect([...VARIABLES].sort()).toEqual([...Object.keys(documented), 'CRMFLOW_DEBUG', 'NODE_ENV'].sort());
  });

  it('is read, every variable that the containers set', () => {
    const set = [...given.keys(), ...baked.keys()];
    expect(set.filter((name) => !readByCode.has(name))).toEqual([]);
    expect(set.filter((name) => !COMMON.has(name) && !(name in documented))).toEqual([]);
  });

  it('reaches the app in its container, every variable that it can use', () => {
    const usable = [...readByCode].filter((name) => !COMMON.has(name) && !NOT_FOR_THE_APP.has(name));
    expect([...given.keys()].sort()).toEqual(usable.sort());
  });

  it('may be the example, but for its secrets', () => {
    const env = { ...documented, NODE_ENV: 'development' };
    const place = { cwd: '/', home: '/', platform: 'linux' } as const;
    expect(openOptions({}, env, place)).toMatchObject({ isRegistrationOpen: true });
    expect(serveSettings({}, env)).toMatchObject({ port: 3001, metrics: true, trustProxy: 1 });
  });
});

describe('docker-compose.yml', () => {
  it('starts PostgreSQL with pgvector as the example of the environment expects it', () => {
    expect(db.image).toMatch(/^pgvector\/pgvector:pg15/);
    expect(db.profiles).toBeUndefined();
    const { username, password, hostname, port, pathname } = new URL(documented.DATABASE_URL!);
    expect(db.environment).toEqual({
      POSTGRES_USER: username,
      POSTGRES_PASSWORD: password,
      POSTGRES_DB: pathname.slice(1),
    });
    expect([hostname, db.ports]).toEqual(['localhost', [`127.0.0.1:${port}:5432`]]);
    const url = new URL(given.get('DATABASE_URL')!);
    expect([url.username, url.password, url.pathname]).toEqual([username, password, pathname]);
    expect(services).toHaveProperty(url.hostname);
  });

  it('calls PostgreSQL ready once it answers where the app will ask', () => {
    const { POSTGRES_USER, POSTGRES_DB } = db.environment as Record<string, string>;
    const [how, ...command] = db.healthcheck!.test;
    expect([how, command.join(' ')]).toEqual([
      'CMD',
      `pg_isready -h 127.0.0.1 -U ${POSTGRES_USER} -d ${POSTGRES_DB}`,
    ]);
  });

  it('starts Redis as the example of the environment expects it', () => {
    expect(redis.image).toMatch(/^redis:/);
    expect(redis.profiles).toBeUndefined();
    const { port } = new URL(documented.REDIS_URL!);
    expect(redis.ports).toEqual([`127.0.0.1:${port}:6379`]);
    expect(services).toHaveProperty(new URL(given.get('REDIS_URL')!).hostname);
  });

  it('starts the app only when it is asked to, after what it needs', () => {
    expect(app).toMatchObject({
      profiles: ['app'],
      build: '.',
      depends_on: { db: { condition: 'service_healthy' }, redis: { condition: 'service_healthy' } },
    });
    const { port } = serveSettings({}, Object.fromEntries(baked));
    expect(app.ports).toEqual([`127.0.0.1:\${SERVER_PORT:-${port}}:${port}`]);
    expect(app.volumes).toEqual([`data:${baked.get('CRMFLOW_DATA_DIR')}`]);
    // Whoever reaches these can read everything: from this machine alone.
    for (const { ports = [] } of Object.values(services))
      for (const published of ports) expect(published).toMatch(/^127\.0\.0\.1:/);
  });

  it('takes no secret of the app from this file', () => {
    for (const name of ['JWT_SECRET', 'ENCRYPTION_KEY', 'ENCRYPTION_KEY_PREVIOUS'])
      expect([name, given.get(name)]).toEqual([name, undefined]);
  });
});

describe('the Dockerfile', () => {
  it('serves in production, where everybody outside the container reaches it', () => {
    const settings = serveSettings({}, Object.fromEntries(baked));
    expect(settings).toMatchObject({ port: 3001, host: '0.0.0.0' });
    expect(instructions('EXPOSE')).toEqual([String(settings.port)]);
    expect(instructions('VOLUME')).toEqual([baked.get('CRMFLOW_DATA_DIR')]);
  });

  it('starts a command that there is', () => {
    const [node, file, command] = JSON.parse(instructions('CMD').at(-1)!) as string[];
    const { bin } = JSON.parse(read('packages/cli/package.json')) as { bin: { crmflow: string } };
    expect([node, file]).toEqual(['node', `packages/cli/${bin.crmflow}`]);
    expect(nouns.map(({ name }) => name)).toContain(command);
  });

  it('asks for its health where the contract has it, and runs as nobody special', () => {
    const [health] = instructions('HEALTHCHECK');
    expect(health).toContain(`/api${contract.health.get.path}\``);
    expect(instructions('USER')).toEqual(['node']);
  });

  it('installs the packages in a layer that a change of a source leaves alone', () => {
    const [before] = dockerfile.split(/^COPY \. \.$/m);
    const { workspaces } = JSON.parse(read('package.json')) as { workspaces: string[] };
    expect(workspaces).toEqual(['packages/*']);
    for (const name of readdirSync(join(root, 'packages')))
      expect(before).toContain(`\nCOPY packages/${name}/package.json packages/${name}/\n`);
    expect(before).toMatch(/^COPY package\.json package-lock\.json .*\n(?:COPY .*\n)*RUN npm ci .*\n$/m);
  });

  it('is made of what is there', () => {
    const copied = instructions('COPY')
      .filter((line) => line.startsWith('--from=build'))
      .map((line) => /\/app\/(\S+)/.exec(line)![1]!);
    expect(copied.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    const { engines } = JSON.parse(read('package.json')) as { engines: { node: string } };
    for (const image of instructions('FROM'))
      expect(engines.node).toContain(`^${/node:(\d+)/.exec(image)![1]}.`);
  });
});

describe('the CI file', () => {
  const { jobs } = parse(read('.github/workflows/ci.yml')) as {
    jobs: {
      run: { strategy: { matrix: { node: string[] } }; services: Record<string, { options: string }> };
    };
  };
  const { strategy, services: beside } = jobs.run;

  it('runs all that must hold on each Node.js that package.json allows, from the oldest on', () => {
    const { engines } = JSON.parse(read('package.json')) as { engines: { node: string } };
    const allowed = engines.node.split(' || ').map((range) => /[\d.]+/.exec(range)![0]);
    const majors = allowed.map((version) => version.split('.')[0]!);
    expect(strategy.matrix.node).toEqual([allowed[0], ...majors]);
    expect(read('.github/workflows/ci.yml')).toMatch(/^ +- run: \.ci\/run$/m);
  });

  it('waits for the services that the tests need', () => {
    expect(Object.keys(beside)).toEqual(['postgres', 'redis']);
    for (const { options } of Object.values(beside)) expect(options).toContain('--health-cmd');
  });
});
