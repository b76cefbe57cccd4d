interface Kept {
  sessionId: string;
  token?: string | undefined;
  /** Where one may look away: the number of the last event that was heard, and of the last that was seen. */
  heard?: number;
  seen?: number;
}
/** What is remembered of a conversation. */
export interface Memory {
  kept(): Kept | null;
  keep(kept: Kept): void;
  forget(): void;
}

/** For as long as the tab lives, or the device has it; a browser that keeps nothing starts anew after a reload. */
export function memoryOf(workflowId: string, place: 'tab' | 'device' = 'tab'): Memory {
  const key = `crmflow:${workflowId}`;
  // Named only when it is used: even that throws where the visitor has forbidden it.
  const storage = () => (place === 'tab' ? sessionStorage : localStorage);
  return {
    kept: () => tryTo(() => JSON.parse(storage().getItem(key) ?? 'null') as Kept | null),
    keep: (kept) => void tryTo(() => storage().setItem(key, JSON.stringify(kept))),
    forget: () => void tryTo(() => storage().removeItem(key)),
  };
}

/** Reading the storage throws where the visitor has forbidden it, and what stands there may be of others. */
function tryTo<T>(use: () => T): T | null {
  try {
    return use();
  } catch {
    return null;
  }
}
