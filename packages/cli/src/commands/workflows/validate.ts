import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Problem } from '@crmflow/core';
import { CrmflowError, type ErrorCode } from '@crmflow/core/contract';
import type { Context } from '../../context.ts';
import { fileRefusal } from '../../file-error.ts';
import { isFile, unfolded } from '../../files/read.ts';
import { EXIT } from '../../io.ts';
import { problemLine } from '../../refuse.ts';
import { workflowNamed } from './named.ts';

interface Found extends Problem {
  /** Where it stands in the file. */
  line?: number | undefined;
}
interface Finding extends Found {
  workflow: string;
}

/** Says what is wrong with each workflow. A file that cannot be read is one of its problems. */
export async function validate(context: Context, words: readonly string[]): Promise<number> {
  const { out } = context;
  const findings: Finding[] = [];
  for (const workflow of await unfolded(words, context.io.cwd)) {
    const problems = await withLines(context, workflow, await lookedAt(context, workflow));
    findings.push(...problems.map((problem) => ({ workflow, ...problem })));
    if (!problems.length) out.talk(`${workflow}: nothing is wrong.`);
  }
  if (out.isJson) out.json({ items: findings });
  else if (out.isTerminal)
    for (const finding of findings) out.line(`${placeOf(finding)}: ${problemLine(finding)}`);
  else await out.table([], findings.map(rowOf));
  return findings.some(({ severity }) => severity === 'error') ? EXIT.usage : EXIT.ok;
}

const rowOf = ({ severity, nodeId, edgeId, field, message, ...finding }: Finding) => [
  placeOf(finding),
  severity,
  nodeId ?? edgeId,
  field,
  message,
];
/** As editors and compilers write it. */
const placeOf = ({ workflow, line }: Pick<Finding, 'workflow' | 'line'>): string =>
  line === undefined ? workflow : `${workflow}:${line}`;

async function withLines({ io }: Context, word: string, { problems, edgeIds }: Looked): Promise<Found[]> {
  if (!problems.length || !isFile(word, io.cwd)) return problems;
  const [text, { linesIn }] = await Promise.all([
    // One that cannot be read has that as its problem.
    readFile(resolve(io.cwd, word), 'utf8').catch(() => ''),
    import('@crmflow/core'),
  ]);
  const lineOf = linesIn(text, edgeIds);
  return problems.map((problem) => ({ ...problem, line: lineOf(problem) }));
}

interface Looked {
  problems: Problem[];
  /** None of a file whose shape is wrong: its problems are named by where they stand. */
  edgeIds: string[];
}

/** What keeps no other workflow from being looked at. */
const IS_ITS_FAULT: ReadonlySet<ErrorCode> = new Set(['invalid_input', 'not_found']);

async function lookedAt(context: Context, word: string): Promise<Looked> {
  try {
    const { workflow, problems } = await workflowNamed(context, word);
    return { problems, edgeIds: workflow.edges.map(({ id }) => id) };
  } catch (cause) {
    const refused = fileRefusal(cause) ?? cause;
    if (!(refused instanceof CrmflowError) || !IS_ITS_FAULT.has(refused.code)) throw cause;
    return { problems: unreadable(refused), edgeIds: [] };
  }
}

/** Why a file is no workflow: each thing that its shape forbids, or the one thing its text does. */
function unreadable({ message, details }: CrmflowError): Problem[] {
  if (!Array.isArray(details)) return [{ severity: 'error', message }];
  // What stands there came from checking the shape of the file.
  return (details as { path: PropertyKey[]; of?: string; message: string }[]).map(
    ({ path, of, message: what }) => ({
      severity: 'error',
      ...(of !== undefined && path[0] === 'nodes' && { nodeId: of }),
      ...(path.length && { field: path.join('.') }),
      message: what,
    }),
  );
}
