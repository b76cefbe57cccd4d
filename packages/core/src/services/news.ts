import type { KnowledgeItem } from '../store.ts';

/** How far something has come that is taken in. */
export interface KnowledgeNews {
  itemId: string;
  /** Of the item: one that is `ready` may still have pages of its site read. */
  state: KnowledgeItem['state'];
  done: number;
  total: number;
  /** Why it failed. */
  reason?: string;
}
/** Hears what goes on in the knowledge of users. */
export type NewsListener = (userId: string, news: KnowledgeNews) => void;

/** Tells whoever hears in this process. A listener that fails is reported, and the others are told all the same. */
export function createNews(report: (cause: unknown, itemId: string) => void) {
  const listeners = new Set<NewsListener>();
  return {
    tell(userId: string, news: KnowledgeNews): void {
      for (const listener of listeners)
        try {
          listener(userId, news);
        } catch (cause) {
          report(cause, news.itemId);
        }
    },
    /** Gives how to stop hearing. */
    hear(listener: NewsListener): () => void {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
