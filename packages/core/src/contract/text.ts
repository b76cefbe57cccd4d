/** What a visitor typed, without what no database keeps: a NUL, and half a surrogate pair. */
export const cleaned = (text: string): string => text.replaceAll('\0', '').toWellFormed();

const isKept = (text: string) => !text.includes('\0') && text.isWellFormed();

/** Where in an input a text stands that no database keeps; null when there is none. */
export function unkeptIn(value: unknown, where: readonly string[] = []): readonly string[] | null {
  if (typeof value === 'string') return isKept(value) ? null : where;
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return null;
  for (const [name, each] of Object.entries(value)) {
    if (!isKept(name)) return where;
    const found = unkeptIn(each, [...where, name]);
    if (found) return found;
  }
  return null;
}
