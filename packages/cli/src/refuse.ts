import { CrmflowError } from '@crmflow/core/contract';
import type { Problem } from '@crmflow/core';
import { fileRefusal } from './file-error.ts';
import { EXIT, Interrupted, type Io } from './io.ts';
import { colorsFor } from './output.ts';
import { printable } from './printable.ts';

/** Says on stderr what was refused and gives the exit code: the one place where errors become codes. */
export function refuse(cause: unknown, io: Io, isJson: boolean): number {
  if (cause instanceof Interrupted) return EXIT.interrupted;
  const error = translated(cause);
  io.stderr.write(isJson ? `${JSON.stringify({ error })}\n` : inWords(error, io));
  if (io.env.CRMFLOW_DEBUG) io.stderr.write(`${stackOf(cause)}\n`);
  return error.exitCode;
}

function inWords(error: CrmflowError, { stderr, env }: Io): string {
  const colors = colorsFor(stderr, env);
  const found = problemsIn(error.details);
  if (!found.length) return `${colors.red('error:')} ${printable(error.message)}\n`;
  const lines = found.map((problem) => `  ${problemLine(problem)}\n`);
  return `${colors.red('error:')} The workflow cannot run:\n${lines.join('')}`;
}

/** A problem on one line: where, then what. */
export const problemLine = ({ severity, nodeId, edgeId, field, message }: Problem): string => {
  const where = [nodeId ?? edgeId, field].filter(Boolean).join(', ');
  const isNamed = where !== '' && !message.startsWith(where);
  return printable(`${severity}: ${isNamed ? `${where}: ` : ''}${message}`);
};

/** The errors among the problems a refusal carries. */
function problemsIn(details: unknown): Problem[] {
  if (!details || typeof details !== 'object' || !('problems' in details)) return [];
  // Every `workflow_invalid` is made with the problems of its graph.
  return (details.problems as Problem[]).filter(({ severity }) => severity === 'error');
}

/** The person at the terminal owns this installation: what went wrong inside is theirs to read. */
function translated(cause: unknown): CrmflowError {
  if (cause instanceof CrmflowError) return cause;
  const refusal = fileRefusal(cause);
  if (refusal) return refusal;
  const message = cause instanceof Error ? cause.message : String(cause);
  return new CrmflowError(
    'internal',
    `Something went wrong: ${message} (CRMFLOW_DEBUG=1 shows where.)`,
    undefined,
    { cause },
  );
}

const stackOf = (cause: unknown): string => {
  if (!(cause instanceof Error)) return String(cause);
  return `${cause.stack ?? cause.message}${cause.cause ? `\nbecause of: ${stackOf(cause.cause)}` : ''}`;
};
