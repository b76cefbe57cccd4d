import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Made by set-up itself, so never an input of it. */
const MADE = new Set(['generated', 'dist', 'node_modules']);

/** The files under the given files and folders; what is not there counts as empty. */
function filesUnder(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => !MADE.has(entry.name))
    .flatMap((entry) => (entry.isDirectory() ? filesUnder(join(path, entry.name)) : [join(path, entry.name)]))
    .sort();
}

/** One hash over names and contents: touching, copying or switching back and forth makes nothing stale. */
export function fingerprint(root, inputs) {
  const hash = createHash('sha1');
  for (const input of inputs)
    for (const file of filesUnder(join(root, input))) {
      const content = readFileSync(file);
      hash.update(`${file.slice(root.length)}\0${content.length}\0`).update(content);
    }
  return hash.digest('hex');
}

/** What the last set-up of each step was made from: `{ step: fingerprint }`. */
export function readStamps(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return {};
  }
}

/** Written beside and renamed, so a reader sees the old one or the new one. */
export function writeStamp(path, step, stamp) {
  const beside = `${path}.${process.pid}`;
  writeFileSync(beside, `${JSON.stringify({ ...readStamps(path), [step]: stamp }, null, 2)}\n`);
  renameSync(beside, path);
}
