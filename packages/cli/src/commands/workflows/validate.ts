import type { Problem } from '@crmflow/core';
import { CrmflowError } from '@crmflow/core/contract';
import type { Context } from '../../context.ts';
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
  for (const workflow of words) {
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

async function problemsIn(context: Context, word: string): Promise<Problem[]> {
  try {
    return (await workflowNamed(context, word)).problems;
  } catch (cause) {
    if (cause instanceof CrmflowError && cause.code === 'invalid_input') return unreadable(cause);
    throw cause;
  }
}

/** Why a file is no workflow: each thing that its shape forbids, or the one thing its text does. */
function unreadable({ message, details }: CrmflowError): Problem[] {
  if (!Array.isArray(details)) return [{ severity: 'error', message }];
  // What stands there came from checking the shape of the file.
  return (details as { path: PropertyKey[]; message: string }[]).map((issue) => ({
    severity: 'error',
    ...(issue.path.length && { field: issue.path.join('.') }),
    message: issue.message,
  }));
}
