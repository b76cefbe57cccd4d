import { CrmflowError } from '@crmflow/core/contract';

/** What is asked for; null when it is not there. */
export async function orNull<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (cause) {
    if (cause instanceof CrmflowError && cause.code === 'not_found') return null;
    throw cause;
  }
}
