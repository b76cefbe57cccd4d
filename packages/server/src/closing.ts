import { once } from 'node:events';
import type { Response } from 'express';
import { CrmflowError } from '@crmflow/core/contract';

/** What a server says that lets what is at work finish and takes nothing new. */
export const closing = () =>
  new CrmflowError('unavailable', 'This server is about to close. Try again in a moment.', { retryAfter: 1 });

/** Does no more than wait for some work, and not longer than this. */
export async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<void>((resolve) => void (timer = setTimeout(resolve, ms)));
  await Promise.race([work, tooLong]);
  clearTimeout(timer);
}

/** Resolves when no answer is being made. */
export async function answered(atWork: ReadonlySet<Response>): Promise<void> {
  while (atWork.size) await Promise.all([...atWork].map((response) => once(response, 'close')));
}
