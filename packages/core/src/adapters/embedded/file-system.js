import { fdatasyncSync } from 'node:fs';
import { NodeFS } from '@electric-sql/pglite/nodefs';

/** A folder on disk whose `fsync` reaches the disk: the stock one answers "done" and does nothing. */
export class SyncingFolder extends NodeFS {
  /** @type {NodeFS['init']} */
  async init(database, options) {
    const { emscriptenOpts } = await super.init(database, options);
    const preRun = [...(emscriptenOpts.preRun ?? []), syncs];
    return { emscriptenOpts: { ...emscriptenOpts, preRun } };
  }
}

/** @param {any} module Emscripten's module, which does not type its file systems. */
function syncs({ FS }) {
  const { NODEFS } = FS.filesystems;
  NODEFS.stream_ops.fsync = (/** @type {{ nfd: number }} */ stream) => {
    NODEFS.tryFSOperation(() => fdatasyncSync(stream.nfd));
    return 0;
  };
}
