import type { Settings } from '../workflow/workflow.ts';
import type { Session } from './session.ts';

/** What a session has had more of than its author allows; null when all is well. */
export function excessOf(session: Session, limits: Settings['limits']): string | null {
  const { step, tokens, workedMs } = session;
  const { stepsPerSession, modelTokens, workMs, variableBytes } = limits;
  if (step > stepsPerSession) return `More than ${stepsPerSession} steps in one session.`;
  if (tokens > modelTokens)
    return `More than ${modelTokens} tokens read and written by models in one session.`;
  if (workedMs > workMs) return `More than ${workMs / 1000} s of work outside in one session.`;
  if (bytesOf(session) > variableBytes)
    return `Its variables are larger than ${variableBytes} bytes together.`;
  return null;
}

/** As JSON: what is known here, also of the person, the lists that loops go through, and what the callers know. */
function bytesOf({ variables, stack, contact }: Session): number {
  let bytes = jsonBytes(variables);
  if (contact) bytes += jsonBytes(contact.person);
  for (const frame of stack) {
    if (frame.kind === 'each') bytes += jsonBytes(frame.items);
    if (frame.kind === 'call') bytes += jsonBytes(frame.variables);
  }
  return bytes;
}
const jsonBytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
