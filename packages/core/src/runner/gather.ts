import { draftOf, pathOf, tell, type Advanced } from '../session/draft.ts';
import type { Session } from '../session/session.ts';
import type { Flow } from '../workflow/flow.ts';
import type { RunnerPorts } from './runner.ts';

const GATHER_MS = 50;

/** What a node that reaches outside runs under. */
export interface Under {
  /** Stores and tells a piece of what the node shows meanwhile; `attempt` is the one it was stored at before. */
  append(piece: Advanced, attempt: number): Promise<void>;
  /** Ends it before its time; aborted as well when a piece could not be stored. */
  stop: AbortController;
}

/** Gathers what is streamed for a moment, so that a chunk a word is not a commit a word. */
export function gather(flow: Flow, session: Session, { clock }: RunnerPorts, { append, stop }: Under) {
  let text = '';
  let isShown = false;
  /** What was shown so far is void. */
  let isDropped = false;
  let current = session;
  let timer: NodeJS.Timeout | undefined;
  let writing = Promise.resolve();

  async function write() {
    if (!text && !isDropped) return;
    const draft = draftOf(flow, current, clock.now().toISOString());
    const nodeId = pathOf(current, current.nodeId!);
    if (isDropped) {
      draft.session.attempt += 1;
      tell(draft, { type: 'ai:processing_start', nodeId, attempt: draft.session.attempt });
    }
    if (text) tell(draft, { type: 'ai:chunk', nodeId, chunk: text });
    isDropped = false;
    text = '';
    await append(draft, current.attempt);
    current = draft.session;
  }
  const flush = () => {
    timer = undefined;
    writing = writing.then(write);
    writing.catch(() => stop.abort());
  };

  return {
    add(chunk: string) {
      text += chunk;
      isShown = true;
      timer ??= setTimeout(flush, GATHER_MS);
    },
    drop() {
      if (!isShown) return;
      isShown = false;
      text = '';
      isDropped = true;
      timer ??= setTimeout(flush, GATHER_MS);
    },
    /** The session after the last chunk. Rejects when a chunk could not be stored. */
    async rest(): Promise<Session> {
      clearTimeout(timer);
      flush();
      await writing;
      return current;
    },
  };
}
