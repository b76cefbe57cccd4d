interface Kept {
  sessionId: string;
  token?: string | undefined;
}
/** What a tab remembers of its conversation. */
export interface Memory {
  kept(): Kept | null;
  keep(kept: Kept): void;
  forget(): void;
}

/** For as long as the tab lives; a browser that keeps nothing starts anew after a reload. */
export function memoryOf(workflowId: string): Memory {
  const key = `crmflow:${workflowId}`;
  return {
    kept() {
      const text = tryTo(() => sessionStorage.getItem(key));
      return text ? (JSON.parse(text) as Kept) : null;
    },
    keep: (kept) => void tryTo(() => sessionStorage.setItem(key, JSON.stringify(kept))),
    forget: () => void tryTo(() => sessionStorage.removeItem(key)),
  };
}

/** Reading the storage throws where the visitor has forbidden it. */
function tryTo<T>(use: () => T): T | null {
  try {
    return use();
  } catch {
    return null;
  }
}
