import { unpacked } from '../../packages/core/src/adapters/backup/file.ts';
import type { Entry } from '../../packages/core/src/adapters/backup/entries.ts';
import { load } from '../../packages/core/src/adapters/backup/load.ts';
import { openEmbedded } from '../../packages/core/src/adapters/embedded/embedded.ts';
import { migrations } from '../../packages/core/src/generated/migrations.ts';

const [file = '', dataDir = ''] = process.argv.slice(2);

/** All but the end: there it says so, and waits to be killed. */
async function* entries(): AsyncGenerator<Entry> {
  for await (const entry of unpacked(file)) {
    if (entry.kind !== 'end') {
      yield entry;
      continue;
    }
    process.stdout.write('there\n');
    await new Promise((resolve) => setTimeout(resolve, 60_000));
  }
}

await load(await openEmbedded({ dataDir }), {
  entries: entries(),
  migrations,
  localUser: 'local',
  force: true,
  compares: false,
});
