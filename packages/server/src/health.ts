import type { App } from '@crmflow/core';
import { CrmflowError } from '@crmflow/core/contract';

/** Whether the database answers: a session that is not there can only be missed by asking for it. */
export async function isReachable(app: App): Promise<boolean> {
  try {
    await app.as({ role: 'guest' }).sessions.get({ id: 'health' });
    return true;
  } catch (cause) {
    return cause instanceof CrmflowError && cause.code === 'not_found';
  }
}
