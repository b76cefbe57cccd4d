import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** All that tests leave in temporary folders lies in one, which goes with the run. */
export default function setup() {
  const { TMPDIR } = process.env;
  const folder = mkdtempSync(join(tmpdir(), 'crmflow-tests-'));
  // Some tests try what another user of the machine may do.
  chmodSync(folder, 0o755);
  process.env.TMPDIR = folder;
  return () => {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
    rmSync(folder, { recursive: true, force: true });
  };
}
