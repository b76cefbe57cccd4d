import { CrmflowError } from '@crmflow/core/contract';
import { inputSchema } from './fields.ts';
import { entryNamed, nameOf, operations } from './operations.ts';

/** What may be called, a line each. */
export function operationList(): string {
  const all = operations();
  const width = Math.max(...all.map(({ name }) => name.length));
  return `Operations:\n${all.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`).join('\n')}`;
}

/** What there is to know to call an operation: its input as JSON Schema, and an example. */
export function manual(name: string): string {
  try {
    const entry = entryNamed(name);
    const { summary, method, path, example } = entry.op;
    const shown =
      example === undefined ? '' : `\nExample:\n  crmflow call ${name} --json-input '${quoted(example)}'\n`;
    const schema = JSON.stringify(inputSchema(entry.op), null, 2);
    return `${nameOf(entry)}: ${summary} (${method.toUpperCase()} /api${path})\n${shown}\nInput:\n${schema}`;
  } catch (cause) {
    // Help is asked for: a wrong name is said there rather than refused.
    if (cause instanceof CrmflowError) return cause.message;
    throw cause;
  }
}

const quoted = (example: unknown) => JSON.stringify(example).replaceAll("'", `'\\''`);
