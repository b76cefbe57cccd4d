import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import type { Packed } from './pack.ts';

/** A file of the folder where somebody has installed the SDK, compiled as strictly as can be. */
export function compiled({ app }: Packed, text: string, lib: string[]) {
  const file = join(app, 'app.mts');
  writeFileSync(file, text);
  const program = ts.createProgram([file], {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    lib,
    types: [],
    strict: true,
    exactOptionalPropertyTypes: true,
    verbatimModuleSyntax: true,
    noEmit: true,
  });
  const errors = ts
    .getPreEmitDiagnostics(program)
    .filter(({ file }) => !file?.fileName.includes('socket.io'))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
  return { program, source: program.getSourceFile(file)!, errors };
}
