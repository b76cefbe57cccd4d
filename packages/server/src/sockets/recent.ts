/** Remembers the last so many keys. */
export function createRecent(most = 10_000) {
  const keys = new Set<string>();
  return {
    has: (key: string): boolean => keys.has(key),
    add(key: string): void {
      const [oldest] = keys.size >= most ? keys : [];
      if (oldest !== undefined) keys.delete(oldest);
      keys.add(key);
    },
  };
}
