import { CrmflowError } from '../errors.ts';
import { isMap, type Json } from '../language/json.ts';
import type { Session } from './session.ts';

/** Whether a session is on the way to the wait that names a hook: its node has begun, and does other things first. */
export function isComing({ stack, memory, nodeId }: Session, hook: number): boolean {
  const held = stack.map((frame) => (frame.kind === 'jump' ? frame.again : undefined));
  if (nodeId !== null) held.push(memory[nodeId]);
  return held.some((each) => hookIn(each) === hook);
}

const hookIn = (held: Json | undefined): Json | undefined => (isMap(held) ? held['hook'] : undefined);

/** What is said of an address that is not waited at. */
export const nothingWaits = (): CrmflowError =>
  new CrmflowError('not_found', 'Nothing waits at this address, or no longer.');
