import { CrmflowError } from '@crmflow/sdk';

/** What went wrong, for whoever reads the page. */
export const sentenceOf = (cause: unknown): string =>
  cause instanceof CrmflowError ? cause.message : 'Something went wrong. Reload the page to try again.';
