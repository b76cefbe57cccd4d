import { CrmflowError } from '@crmflow/core/contract';

/** A refusal for what was typed. */
export const wrongUse = (sentence: string): CrmflowError => new CrmflowError('invalid_input', sentence);
