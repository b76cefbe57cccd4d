import type { CRMFlow } from '@crmflow/sdk';
import { isLoggedOut } from './sentence.ts';

export type Ask = ReturnType<typeof createAsk>;

/** Asks by the login of that moment, and says which one it was where it is no good any more: by then there may be another. */
export const createAsk =
  (client: CRMFlow, lost: (token: string | undefined) => void) =>
  async <T>(work: () => Promise<T>): Promise<T> => {
    const { token } = client;
    try {
      return await work();
    } catch (cause) {
      if (isLoggedOut(cause)) lost(token);
      throw cause;
    }
  };
