// npm run bench [-- engine memory start storage commits durable server knowledge servers peers scaling soak]: each prints a table, as ratios to a
// baseline of the same run. The soak, half an hour, runs only when it is named.
import { spawnSync } from 'node:child_process';

const typescript = new URL('typescript.mjs', import.meta.url).href;
const benches = {
  engine: ['bench/engine.ts'],
  memory: ['--expose-gc', 'bench/memory.ts'],
  start: ['bench/start.ts'],
  storage: ['bench/storage-sync.ts'],
  commits: ['bench/hot-path.ts'],
  durable: ['bench/durable.ts'],
  server: ['bench/server.ts'],
  knowledge: ['bench/knowledge.ts'],
  servers: ['bench/servers.ts'],
  peers: ['bench/peers.ts'],
  scaling: ['bench/scaling.ts'],
  soak: ['bench/soak.ts'],
};
const asked = process.argv.slice(2);
const unknown = asked.find((name) => !Object.hasOwn(benches, name));
if (unknown) {
  console.error(`There is no benchmark ${unknown}. There are: ${Object.keys(benches).join(', ')}.`);
  process.exit(2);
}
for (const name of asked.length ? asked : Object.keys(benches).filter((each) => each !== 'soak')) {
  const { status } = spawnSync(process.execPath, ['--import', typescript, ...benches[name]], {
    stdio: 'inherit',
  });
  if (status !== 0) process.exitCode = 1;
}
