import { CrmflowError, type CRMFlow, type LiveSession, type SessionEvent } from '@crmflow/sdk';
import type { Given } from './controls.ts';
import { mediaText, type Shown } from './lines.ts';
import type { Memory } from './memory.ts';
import { sentenceOf, sentenceOfStart } from './sentence.ts';
import { createSilence, type Silence } from './silence.ts';
import { createStage } from './stage.ts';
import { words } from './words.ts';

export type Variables = Parameters<CRMFlow['start']>[0]['variables'];

/** Where a conversation was left. */
export interface Kept {
  sessionId: string;
  token?: string | undefined;
  /** Where one may look away: the number of the last event that was heard, and of the last that was seen. */
  heard?: number;
  seen?: number;
}
interface Talk {
  client: CRMFlow;
  workflowId: string;
  /** Where the conversation is kept for a reload. */
  memory: Memory<Kept>;
  /** What the workflow is started with. */
  variables?: Variables;
  mediaShown?: Shown['media'];
  /** Hears every event that is shown, those of before a reload too. */
  onEvent?(event: SessionEvent, sessionId: string): void;
}

/** A conversation with a workflow, in an element of its own; goes on with the one that is kept. */
export function talk(options: Talk): HTMLElement {
  const { client, workflowId, memory, variables, mediaShown = mediaText, onEvent } = options;
  const stage = createStage({ give: (given) => void give(given), restart: () => void begin(), mediaShown });
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
    leave(session);
    memory.forget();
    stage.clear();
    try {
      const begun = await client
        .start({ workflowId, variables }, { onConnection })
        .finally(() => (isBeginning = false));
      memory.keep({ sessionId: begun.id, token: begun.token });
      await hearOut(begun);
    } catch (cause) {
      stage.refuse(sentenceOfStart(cause));
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
      onEvent?.(event, heard.id);
    }
  }
  const give = (given: Given) =>
    stage.whileGiving(() => sent(given, session).catch((cause: unknown) => stage.refuse(sentenceOf(cause))));

  void goOn();
  return stage.view;
}

async function sent(given: Given, session: LiveSession | undefined): Promise<void> {
  if ('file' in given) await session?.sendFile(given.file);
  else await session?.send(given.text);
}

/** Whoever begins anew waits for nothing of the one before, and nobody shall wait for them. */
function leave(session: LiveSession | undefined): void {
  if (!session) return;
  session.close();
  session.end().catch(() => undefined);
}

/** Says that the line is lost, and when it is back; of the first connection nothing, so that what is said stays. */
function tellingOfCuts(say: (text: string) => void) {
  let isCutOff = false;
  return (isConnected: boolean) => {
    if (!isConnected) say(words.cut);
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
