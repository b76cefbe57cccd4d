import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';

/** Writes a folder to one compressed file: the length of its list (4 bytes), the list as JSON, the contents. */
export function packFolder(folder, file) {
  const entries = entriesOf(folder);
  const contents = entries.map(({ path, isFolder }) =>
    isFolder ? Buffer.alloc(0) : readFileSync(join(folder, path)),
  );
  const sized = entries.map((entry, k) => ({ ...entry, size: contents[k].length }));
  const list = Buffer.from(JSON.stringify(sized));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(list.length);
  writeFileSync(file, compress(Buffer.concat([length, list, ...contents])));
}

/** Writes a packed folder where none is, readable by its owner alone. */
export async function unpackFolder(file, folder) {
  const { entries, contents } = read(file);
  mkdirSync(folder, { mode: 0o700 });
  for (const { path, isFolder } of entries) if (isFolder) mkdirSync(join(folder, path), { mode: 0o700 });
  const writes = entries.map(async ({ path, isFolder }, k) => {
    if (!isFolder) await writeNew(join(folder, path), contents[k]);
  });
  await Promise.all(writes);
}

/** Waits until a folder, all that is in it and their names are on the disk. */
export async function syncFolder(folder) {
  const entries = entriesOf(folder).map((entry) => ({ ...entry, path: join(folder, entry.path) }));
  await Promise.all([...entries, { path: folder, isFolder: true }].map(syncEntry));
}

/** Waits until a new name in a folder is on the disk. */
export const syncNames = (folder) => syncEntry({ path: folder, isFolder: true });

function entriesOf(folder) {
  const paths = readdirSync(folder, { recursive: true }).sort();
  return paths.map((path) => ({
    path: path.split(sep).join('/'),
    isFolder: statSync(join(folder, path)).isDirectory(),
  }));
}

// The window must reach from one copy of a catalogue table to the next, megabytes later.
const compress = (data) =>
  brotliCompressSync(data, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 9,
      [constants.BROTLI_PARAM_LGWIN]: 24,
      [constants.BROTLI_PARAM_SIZE_HINT]: data.length,
    },
  });

function read(file) {
  const data = brotliDecompressSync(readFileSync(file));
  let at = 4 + data.readUInt32LE(0);
  const entries = JSON.parse(data.toString('utf8', 4, at));
  return { entries, contents: entries.map(({ size }) => data.subarray(at, (at += size))) };
}

async function writeNew(path, content) {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(content);
  } finally {
    await file.close();
  }
}

async function syncEntry({ path, isFolder }) {
  // Windows opens no folders, and keeps their names in its journal.
  if (isFolder && process.platform === 'win32') return;
  const file = await open(path, 'r');
  try {
    await file.datasync();
  } finally {
    await file.close();
  }
}
