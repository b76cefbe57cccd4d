import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { evaluated } from './evaluated.mjs';

const ACCESS = {
  public: 'for everybody',
  user: 'for whoever is logged in',
  session: "for the session's starter and the workflow's owner",
  operator: 'for whoever runs the installation',
};

/** Writes what each operation does into the type declarations of the SDK, where editors show it. */
export async function documentOperations(folder) {
  const { entries } = await evaluated('packages/core/src/contract/index.ts');
  const comments = new Map(entries.map(({ noun, verb, op }) => [`${noun}.${verb}`, commentOn(op)]));
  for (const name of ['index.d.ts', 'index.d.cts']) {
    const file = join(folder, name);
    writeFileSync(file, documented(readFileSync(file, 'utf8'), comments));
  }
}

const commentOn = ({ summary, method, path, access, example }) =>
  [
    `/**`,
    ` * ${summary}.`,
    ` *`,
    ` * \`${method.toUpperCase()} /api${path}\`, ${ACCESS[access]}.`,
    ...(example ? [` * @example ${JSON.stringify(example).replaceAll('*/', '*\\/')}`] : []),
    ` */`,
  ]
    .map((line) => `        ${line}\n`)
    .join('');

/** The bundled declarations hold the contract once, a noun at four spaces and a verb at eight. */
function documented(text, comments) {
  const from = text.indexOf('declare const contract: {');
  let [noun, written] = ['', 0];
  const lines = text.slice(from).split(/(?<=\n)/);
  const commented = lines.map((line) => {
    noun = /^ {4}(\w+): \{$/m.exec(line)?.[1] ?? noun;
    const comment = comments.get(`${noun}.${/^ {8}(\w+): Operation</.exec(line)?.[1]}`);
    if (comment) written++;
    return (comment ?? '') + line;
  });
  if (written !== comments.size)
    throw new Error(`The declarations name ${written} of ${comments.size} operations.`);
  return text.slice(0, from) + commented.join('');
}
