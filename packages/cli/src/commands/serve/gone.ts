import type { OpenOptions } from '@crmflow/core/open';

/** How many rows of each kind have gone. */
export type Gone = Parameters<NonNullable<OpenOptions['tellGone']>>[0];

const NAMES: Record<keyof Gone, string> = {
  left: 'sessions ended that guests had left',
  ended: 'ended sessions',
  logs: 'log rows',
  modelCalls: 'calls of models',
};

/** The same in words. */
export const goneText = (gone: Gone): string =>
  Object.entries(gone)
    .map(([kind, count]) => `${count} ${NAMES[kind as keyof Gone]}`)
    .join(', ');
