import type { KnowledgeItem } from '../store.ts';

/** How far something has come that is taken in. */
export interface KnowledgeProgress {
  itemId: string;
  /** Of the item: one that is `ready` may still have pages of its site read. */
  state: KnowledgeItem['state'];
  done: number;
  total: number;
  /** Why it failed. */
  reason?: string | undefined;
}
/** What is told of a user's knowledge. */
export interface KnowledgeNews {
  userId: string;
  progress: KnowledgeProgress;
  /** Another process has told it. */
  isFromElsewhere: boolean;
}
export type NewsListener = (news: KnowledgeNews) => void;

/** Tells whoever hears in this process. A listener that fails is reported, and the others are told all the same. */
export function createNews(report: (cause: unknown, itemId: string) => void) {
  const listeners = new Set<NewsListener>();
  function pass(news: KnowledgeNews): void {
    for (const listener of listeners)
      try {
        listener(news);
      } catch (cause) {
        report(cause, news.progress.itemId);
      }
  }
  return {
    tell: (userId: string, progress: KnowledgeProgress) => pass({ userId, progress, isFromElsewhere: false }),
    /** Tells what another process has told. */
    relay: (userId: string, progress: KnowledgeProgress) => pass({ userId, progress, isFromElsewhere: true }),
    /** Gives how to stop hearing. */
    hear(listener: NewsListener): () => void {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
