import { CrmflowError, type CRMFlow, type LiveSession } from '@crmflow/sdk';
import type { Given } from './controls.ts';
import type { Memory } from './memory.ts';
import { sentenceOf } from './sentence.ts';
import { createSilence, type Silence } from './silence.ts';
import { createStage } from './stage.ts';

/** Where a conversation was left. */
export interface Kept {
  sessionId: string;
  token?: string | undefined;
}
interface Talk {
  client: CRMFlow;
  workflowId: string;
  /** Where the conversation is kept for a reload. */
  memory: Memory<Kept>;
}

/** A conversation with a workflow, in an element of its own; goes on with the one that is kept. */
export function talk({ client, workflowId, memory }: Talk): HTMLElement {
  const stage = createStage({ give: (given) => void give(given), restart: () => void begin() });
  let session: LiveSession | undefined;
  let isBeginning = false;
  let silence: Silence | undefined;
  const onConnection = tellingOfCuts((text) => {
    stage.say(text);
    if (text === '') silence?.heard(false);
  });

  async function begin() {
    if (isBeginning) return;
    isBeginning = true;
    session?.close();
    memory.forget();
    stage.clear();
    try {
      const begun = await client.start({ workflowId }, { onConnection }).finally(() => (isBeginning = false));
      memory.keep({ sessionId: begun.id, token: begun.token });
      await hearOut(begun);
    } catch (cause) {
      stage.refuse(sentenceOf(cause));
    }
  }
  async function goOn() {
    const kept = memory.kept();
    if (!kept) return begin();
    try {
      await hearOut(await client.resume(kept, { onConnection }));
    } catch (cause) {
      // The server has forgotten it, or was a different one.
      if (cause instanceof CrmflowError && cause.code === 'not_found') return begin();
      stage.refuse(sentenceOf(cause));
    }
  }
  async function hearOut(heard: LiveSession) {
    session = heard;
    const say = (text: string) => {
      if (session === heard) stage.say(text);
    };
    const silent = createSilence({ client, sessionId: heard.id, say });
    silence = silent;
    for await (const event of heard) {
      if (session !== heard) return;
      silent.heard(SPEAKING.has(event.type));
      stage.show(event);
    }
  }
  const give = (given: Given) =>
    stage.whileGiving(async () => {
      try {
        if ('file' in given) await session?.sendFile(given.file);
        else await session?.send(given.text);
      } catch (cause) {
        stage.refuse(sentenceOf(cause));
      }
    });

  void goOn();
  return stage.view;
}

/** Says that the line is lost, and when it is back; of the first connection nothing, so that what is said stays. */
function tellingOfCuts(say: (text: string) => void) {
  let isCutOff = false;
  return (isConnected: boolean) => {
    if (!isConnected) say('The connection is lost. Trying again …');
    else if (isCutOff) say('');
    isCutOff = !isConnected;
  };
}

/** After these it is said anyway what comes next. */
const SPEAKING: ReadonlySet<string> = new Set([
  'system:waiting_for_input',
  'workflow:finished',
  'ai:processing_start',
  'ai:chunk',
]);
