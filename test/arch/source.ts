import ts from 'typescript';

export interface Source {
  /** From the root of the repository. */
  path: string;
  text: string;
}
export interface Import {
  target: string;
  /** Erased when built. */
  isType: boolean;
}
export interface Read extends Source {
  imports: Import[];
  /** What it touches of the world outside or of code made at run time, as written: `process.env`, `eval`. */
  touches: string[];
}

/** Reads what a file imports and touches from its syntax: words in comments and texts do not count. */
export function read({ path, text }: Source): Read {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const imports: Import[] = [];
  const touches = new Set<string>();
  const own = namesDeclaredIn(file);
  const visit = (node: ts.Node): void => {
    const found = importIn(node);
    if (found) imports.push(found);
    const touched = touchIn(node, own);
    if (touched) touches.add(touched);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return { path, text, imports, touches: [...touches] };
}

function importIn(node: ts.Node): Import | null {
  if (ts.isImportDeclaration(node))
    return importOf(node.moduleSpecifier, node.importClause?.isTypeOnly ?? false);
  if (ts.isExportDeclaration(node) && node.moduleSpecifier)
    return importOf(node.moduleSpecifier, node.isTypeOnly);
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
    return importOf(node.argument.literal, true);
  if (ts.isCallExpression(node) && node.arguments[0]) {
    const isImport =
      node.expression.kind === ts.SyntaxKind.ImportKeyword || node.expression.getText() === 'require';
    if (isImport) return importOf(node.arguments[0], false);
  }
  return null;
}

const importOf = (target: ts.Node, isType: boolean): Import => ({
  target: ts.isStringLiteralLike(target) ? target.text : target.getText(),
  isType,
});

const MEMBERS = new Set([
  'process.env',
  'Date.now',
  'Math.random',
  'globalThis.fetch',
  'globalThis.console',
  'globalThis.process',
]);
const CALLS = new Set(['fetch', 'eval', 'Function']);

function touchIn(node: ts.Node, own: Set<string>): string | null {
  if (ts.isPropertyAccessExpression(node)) {
    const name = node.getText().replace(/\s/g, '');
    if (MEMBERS.has(name)) return name;
    if (ts.isIdentifier(node.expression) && node.expression.text === 'console') return 'console';
  }
  if (ts.isNewExpression(node) && node.expression.getText() === 'Date' && !node.arguments?.length)
    return 'new Date()';
  const isCall = ts.isCallExpression(node) || ts.isNewExpression(node);
  if (!isCall || !ts.isIdentifier(node.expression) || own.has(node.expression.text)) return null;
  if (node.expression.text === 'Date' && ts.isCallExpression(node)) return 'Date()';
  return CALLS.has(node.expression.text) ? node.expression.text : null;
}

/** A parameter named `fetch` is not the global one. */
function namesDeclaredIn(file: ts.SourceFile): Set<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    const isDeclared =
      ts.isParameter(node) ||
      ts.isBindingElement(node) ||
      ts.isVariableDeclaration(node) ||
      ts.isFunctionDeclaration(node);
    if ((isDeclared || ts.isImportSpecifier(node)) && node.name && ts.isIdentifier(node.name))
      names.add(node.name.text);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return names;
}
