import type { Waiting } from './waiting.ts';

/** What a conversation is called: by whom it is with, else by its workflow. */
export const titleOf = ({ who, workflowName }: Pick<Waiting, 'who' | 'workflowName'>): string =>
  who?.name ?? workflowName ?? 'A workflow that was deleted';
