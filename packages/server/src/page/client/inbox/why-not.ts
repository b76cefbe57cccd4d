import { CrmflowError, type CRMFlow } from '@crmflow/sdk';

interface Asked {
  client: CRMFlow;
  sessionId: string;
  /** Whether it was seen to wait here. */
  hasWaited: boolean;
  /** Whether it was given back here. */
  isGivenBack: boolean;
}

/** Why a conversation waits for no person; empty where it does. */
export async function whyNot({ client, sessionId, hasWaited, isGivenBack }: Asked): Promise<string> {
  try {
    const { wait, outcome } = await client.sessions.get({ id: sessionId });
    if (wait?.for === 'person') return '';
    if (isGivenBack) return 'You have given it back.';
    if (outcome === 'ended') return 'The visitor has left, or somebody has ended the conversation.';
    return hasWaited
      ? 'It waits for nobody now: somebody gave it back, or nobody had answered in time.'
      : 'It waits for nobody now.';
  } catch (cause) {
    if (cause instanceof CrmflowError && cause.code === 'not_found') return 'It is not here any more.';
    throw cause;
  }
}
