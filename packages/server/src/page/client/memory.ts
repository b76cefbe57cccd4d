/** What is remembered. */
export interface Memory<T> {
  kept(): T | null;
  keep(kept: T): void;
  forget(): void;
}

/** For as long as the tab lives, or the device has it; a browser that keeps nothing starts anew after a reload. */
export function memoryOf<T>(name: string, place: 'tab' | 'device' = 'tab'): Memory<T> {
  const key = `crmflow:${name}`;
  // Named only when it is used: even that throws where the visitor has forbidden it.
  const storage = () => (place === 'tab' ? sessionStorage : localStorage);
  return {
    kept: () => tryTo(() => JSON.parse(storage().getItem(key) ?? 'null') as T | null),
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
