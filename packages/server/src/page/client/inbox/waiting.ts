import type { HandoverEvent } from '@crmflow/sdk';
import { createSeen } from './seen.ts';
import type { Who } from './who.ts';

export type Told = Omit<Extract<HandoverEvent, { type: 'handover:waiting' }>, 'type'>;

/** The last that was said to be read by the other side. */
export interface Words {
  seq: number;
  text: string;
  isOurs: boolean;
}
/** What is asked for besides what was told. */
export interface Known {
  who: Who | null;
  words: Words | null;
  /** The numbers of the events by which the visitor has said something since. */
  said: number[];
}
/** A conversation that waits for a person. */
export interface Waiting extends Told {
  who: Who | null;
  words: Words | null;
  unseen: number;
  /** Nobody has looked at it here. */
  isNew: boolean;
}
interface Entry extends Told {
  who: Who | null;
  words: Words | null;
  said: Set<number>;
}
export type WaitingList = ReturnType<typeof createWaiting>;

/** Who waits for a person, as it is heard: it takes everything twice, late and in any order. */
export function createWaiting() {
  const entries = new Map<string, Entry>();
  const seen = createSeen();

  const shown = ({ said, ...entry }: Entry): Waiting => {
    const until = seen.until(entry.sessionId);
    const unseen = [...said].filter((seq) => seq > until).length;
    return { ...entry, unseen, isNew: until === 0 };
  };
  function last(entry: Entry, words: Words) {
    if (words.seq >= (entry.words?.seq ?? 0)) entry.words = words;
  }

  return {
    hear(event: HandoverEvent): void {
      switch (event.type) {
        case 'handover:waiting': {
          const { type: _, ...told } = event;
          return void entries.set(told.sessionId, { ...told, who: null, words: null, said: new Set() });
        }
        case 'handover:message': {
          const { sessionId, lastSeq, message } = event;
          const entry = entries.get(sessionId);
          if (!entry) return;
          entry.lastSeq = lastSeq;
          entry.said.add(lastSeq);
          return last(entry, { seq: lastSeq, text: message.text, isOurs: false });
        }
        case 'handover:over':
          entries.delete(event.sessionId);
          return seen.drop(event.sessionId);
      }
    },
    know(sessionId: string, { who, words, said }: Known): void {
      const entry = entries.get(sessionId);
      if (!entry) return;
      entry.who = who;
      for (const seq of said) entry.said.add(seq);
      if (words) last(entry, words);
    },
    /** Somebody may have answered. */
    answered(sessionId: string, words: Words | null): void {
      const entry = entries.get(sessionId);
      if (!entry || !words?.isOurs) return;
      last(entry, words);
      for (const seq of entry.said) if (seq < words.seq) entry.said.delete(seq);
    },
    /** It was looked at, up to an event. */
    see(sessionId: string, seq: number): void {
      if (entries.has(sessionId)) seen.see(sessionId, seq);
    },
    get(sessionId: string): Waiting | null {
      const entry = entries.get(sessionId);
      return entry ? shown(entry) : null;
    },
    /** Who waits longest comes first. */
    all: (): Waiting[] =>
      [...entries.values()].map(shown).sort((a, b) => Date.parse(a.since) - Date.parse(b.since)),
    /** By which a watch that begins again hears only what is new. */
    known: (): Record<string, number> =>
      Object.fromEntries([...entries.values()].map(({ sessionId, lastSeq }) => [sessionId, lastSeq])),
  };
}
