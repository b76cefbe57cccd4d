import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readMigrations } from './migrations.mjs';
import { Refusal, root } from './root.mjs';

/** Writes the migrations as a module, so that a built package carries them. */
export function writeMigrations(from, to) {
  writeModule(to, 'migrations: { name: string; sql: string }[]', readMigrations(join(root, from)));
}

/** Writes the shipped workflow files as a module, by the stem of their file name, and another of their conversations. */
export async function writeTemplates(from, to, conversationsTo) {
  const { parse } = await import('yaml');
  const folder = join(root, from);
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  const read = (name) => {
    try {
      return parse(readFileSync(join(folder, name), 'utf8'));
    } catch (error) {
      throw new Refusal(`${from}/${name} is not YAML: ${error.message}`);
    }
  };
  const byStem = (suffix) =>
    Object.fromEntries(
      names
        .filter((name) => name.endsWith(suffix))
        .map((name) => [name.slice(0, -suffix.length), read(name)]),
    );
  writeModule(to, 'templates: Record<string, unknown>', byStem('.workflow.yaml'));
  writeModule(conversationsTo, 'conversations: Record<string, unknown>', byStem('.conversations.yaml'));
}

/** Writes a program of WebAssembly as a module, in base64, so that a built package carries it. */
export async function writeProgram(from, to, name) {
  const { default: wabt } = await import('wabt');
  const { parseWat } = await wabt();
  const source = parseWat(from, readFileSync(join(root, from), 'utf8'), { simd: true });
  source.validate();
  writeModule(to, name, Buffer.from(source.toBinary({}).buffer).toString('base64'));
}

function writeModule(to, declared, value) {
  mkdirSync(join(root, dirname(to)), { recursive: true });
  writeFileSync(join(root, to), `export const ${declared} = ${JSON.stringify(value, null, 2)};\n`);
}
