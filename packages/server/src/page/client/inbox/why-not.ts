import { CrmflowError, type CRMFlow } from '@crmflow/sdk';

/** Why a conversation waits for no person; empty where it does. */
export async function whyNot(client: CRMFlow, sessionId: string, hasGivenBack: boolean): Promise<string> {
  try {
    const { wait, status, outcome } = await client.sessions.get({ id: sessionId });
    if (wait?.for === 'person') return '';
    if (hasGivenBack) return 'You have given it back. The workflow goes on.';
    if (status === 'running' || status === 'waiting')
      return 'It waits for nobody now: somebody gave it back, or nobody had answered in time.';
    return outcome === 'ended'
      ? 'The visitor has left, or somebody has ended the conversation.'
      : 'The conversation is over.';
  } catch (cause) {
    // What cannot be read says so where it is heard.
    if (cause instanceof CrmflowError && cause.code === 'not_found') return 'It is not here any more.';
    throw cause;
  }
}
