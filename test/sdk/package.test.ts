import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { contract, entries } from '@crmflow/core/contract';
import { publint } from 'publint';
import ts from 'typescript';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { served, twoQuestions } from './kit.ts';
import { compiled } from './compiled.ts';
import { packSdk, run, type Packed } from './pack.ts';

let packed: Packed;
beforeAll(async () => void (packed = await packSdk()));
afterAll(() => packed.remove());

it('holds what a stranger needs and nothing else', async () => {
  const { stdout } = await run('tar', ['-tzf', packed.tarball]);
  const names = stdout
    .trim()
    .split('\n')
    .map((path) => path.replace('package/', ''));
  expect(names.sort()).toEqual([
    'README.md',
    'dist/index.cjs',
    'dist/index.cjs.map',
    'dist/index.d.cts',
    'dist/index.d.ts',
    'dist/index.js',
    'dist/index.js.map',
    'package.json',
  ]);
});

it('is a sound package to publint', async () => {
  const { messages } = await publint({ pkgDir: packed.installed, strict: true });
  expect(messages).toEqual([]);
});

it('has types that are right wherever they are read from', async () => {
  const analysis = await checkPackage(createPackageFromTarballData(await readFile(packed.tarball)));
  expect(analysis).toMatchObject({ types: { kind: 'included' }, problems: [] });
});

it('loads no schema, and stays small', () => {
  const code = readFileSync(join(packed.installed, 'dist/index.js'), 'utf8');
  const imported = [...code.matchAll(/from ['"]([^'"]+)['"]/g)].map(([, library]) => library);
  expect(imported).toEqual(['socket.io-client']);
  expect(gzipSync(code).length).toBeLessThan(10_000);
});

const TALK = `
  const client = new CRMFlow({ url: process.argv[2] });
  const missing = ${JSON.stringify(entries.map(({ noun, verb }) => [noun, verb]))}.filter(
    ([noun, verb]) => typeof client[noun]?.[verb] !== 'function');
  const said = [];
  const answers = ['Ada', 'Turin'];
  const talk = async () => {
    const session = await client.start({ workflowId: process.argv[3] });
    for await (const event of session) {
      if (event.type === 'session:message') said.push(event.message.text);
      if (event.type === 'system:waiting_for_input') await session.send(answers.shift());
    }
    const refusal = await client.workflows.get({ id: '..' }).catch((error) => error);
    console.log(JSON.stringify({ missing, said, isTyped: refusal instanceof CrmflowError && refusal.code }));
  };
  talk();
`;
it.each([
  ['ES modules', 'app.mjs', `import { CRMFlow, CrmflowError } from '@crmflow/sdk';`],
  ['CommonJS', 'app.cjs', `const { CRMFlow, CrmflowError } = require('@crmflow/sdk');`],
])('holds a conversation from %s', async (_, name, head) => {
  const { url, keep } = await served();
  await writeFile(join(packed.app, name), head + TALK);
  const { stdout, stderr } = await run(process.execPath, [
    join(packed.app, name),
    url,
    await keep(twoQuestions),
  ]);
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual({
    missing: [],
    said: ['Your name?', 'Ada', 'Your town?', 'Turin', 'Bye, Ada of Turin.'],
    isTyped: 'invalid_input',
  });
});

/** What an editor knows of a file in the stranger's folder: its errors, and the comment of what it names last. */
function editorOn(text: string, lib: string[]) {
  const { program, source, errors } = compiled(packed, text, lib);
  const checker = program.getTypeChecker();
  const comments: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node)) {
      const symbol = checker.getSymbolAtLocation(node.name);
      comments.push(ts.displayPartsToString(symbol?.getDocumentationComment(checker)));
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return { errors, comments };
}

it('is typed to the last field, and tells in an editor what each operation does', () => {
  const { errors, comments } = editorOn(
    `
    import { CRMFlow } from '@crmflow/sdk';
    const client = new CRMFlow({ url: 'http://localhost:3001' });
    export async function names(): Promise<string[]> {
      const found: string[] = [];
      for await (const workflow of client.workflows.list.all({ limit: 10 })) found.push(workflow.name);
      const { items } = await client.knowledge.list();
      await client.knowledge.file({ file: new Blob(['x']) }, { timeoutMs: 5 });
      // @ts-expect-error: the field is named name
      await client.workflows.create({ title: 'x' });
      // @ts-expect-error: what has no pages has no such method
      client.workflows.get.all({});
      return items.map(({ name }) => name);
    }
    `,
    ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
  );
  expect(errors).toEqual([]);
  expect(comments).toContain(
    `${contract.workflows.create.summary}.\n\n\`POST /api/workflows\`, for whoever is logged in.`,
  );
});

/** The names that a declaration promises as values. */
function valuesIn(file: string): string[] {
  const program = ts.createProgram([file], { types: [], skipLibCheck: true, noResolve: true });
  const checker = program.getTypeChecker();
  const module_ = checker.getSymbolAtLocation(program.getSourceFile(file)!)!;
  const isValue = (symbol: ts.Symbol): boolean => {
    if (!(symbol.flags & ts.SymbolFlags.Alias)) return (symbol.flags & ts.SymbolFlags.Value) !== 0;
    const isType = symbol.declarations?.some((it) => ts.isExportSpecifier(it) && it.isTypeOnly);
    return !isType && isValue(checker.getAliasedSymbol(symbol));
  };
  return checker
    .getExportsOfModule(module_)
    .filter(isValue)
    .map(({ name }) => name);
}
it.each(['.d.ts', '.d.cts'])('promises in index%s the values that the built file has', async (ending) => {
  const path = join(packed.installed, `dist/index${ending}`);
  const built = (await import(pathToFileURL(path.replace(/\.d\.(c?)ts$/, '.$1js')).href)) as object;
  const there = Object.keys(built).filter((name) => name !== 'default' && name !== 'module.exports');
  expect(valuesIn(path).sort()).toEqual(there.sort());
});

it('names what is told and asked, as types alone', () => {
  const names = 'Citation, Expects, LiveSession, Media, Message, SessionEvent, VisitorFile';
  const uses = (kind: string) => `
    import ${kind}{ ${names} } from '@crmflow/sdk';
    export const shown = ({ text, file, media, citations = [] }: Message, asked: Expects): string[] => {
      const given: VisitorFile | undefined = file;
      const seen: Media | undefined = media;
      return [text, given?.id, seen?.alt, asked.kind, ...citations.map(({ source }: Citation) => source)].map(String);
    };
    export type Heard = (session: LiveSession, event: SessionEvent) => void;`;
  expect(compiled(packed, uses('type '), ['lib.es2022.d.ts', 'lib.dom.d.ts']).errors).toEqual([]);
  expect(compiled(packed, uses(''), ['lib.es2022.d.ts', 'lib.dom.d.ts']).errors).toEqual(
    names
      .split(', ')
      .map(
        (name) =>
          `'${name}' is a type and must be imported using a type-only import when 'verbatimModuleSyntax' is enabled.`,
      ),
  );
});
