import type { Problem } from '@crmflow/core';
import { CrmflowError, type ErrorCode } from '@crmflow/core/contract';
import type { Context } from '../../context.ts';
import { fileRefusal } from '../../file-error.ts';
import { unfolded } from '../../files/read.ts';
import { EXIT } from '../../io.ts';
import { problemLine } from '../../refuse.ts';
import { workflowNamed } from './named.ts';

interface Finding extends Problem {
  workflow: string;
}

/** Says what is wrong with each workflow. A file that cannot be read is one of its problems. */
export async function validate(context: Context, words: readonly string[]): Promise<number> {
  const { out } = context;
  const findings: Finding[] = [];
  for (const workflow of await unfolded(words, context.io.cwd)) {
    const problems = await problemsIn(context, workflow);
    findings.push(...problems.map((problem) => ({ workflow, ...problem })));
    if (!problems.length) out.talk(`${workflow}: nothing is wrong.`);
  }
  if (out.isJson) out.json({ items: findings });
  else if (out.isTerminal)
    for (const finding of findings) out.line(`${finding.workflow}: ${problemLine(finding)}`);
  else await out.table([], findings.map(rowOf));
  return findings.some(({ severity }) => severity === 'error') ? EXIT.usage : EXIT.ok;
}

const rowOf = ({ workflow, severity, nodeId, edgeId, field, message }: Finding) => [
  workflow,
  severity,
  nodeId ?? edgeId,
  field,
  message,
];

/** What keeps no other workflow from being looked at. */
const IS_ITS_FAULT: ReadonlySet<ErrorCode> = new Set(['invalid_input', 'not_found']);

async function problemsIn(context: Context, word: string): Promise<Problem[]> {
  try {
    return (await workflowNamed(context, word)).problems;
  } catch (cause) {
    const refused = fileRefusal(cause) ?? cause;
    if (refused instanceof CrmflowError && IS_ITS_FAULT.has(refused.code)) return unreadable(refused);
    throw cause;
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
