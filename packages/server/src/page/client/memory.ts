/** What a tab remembers. */
export interface Memory<T> {
  kept(): T | null;
  keep(kept: T): void;
  forget(): void;
}

/** For as long as the tab lives; a browser that keeps nothing starts anew after a reload. */
export function memoryOf<T>(name: string): Memory<T> {
  const key = `crmflow:${name}`;
  return {
    kept() {
      const text = tryTo(() => sessionStorage.getItem(key));
      return text ? (JSON.parse(text) as T) : null;
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
