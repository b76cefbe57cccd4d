import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { CrmflowError } from '@crmflow/core/contract';
import { fileRefusal } from './file-error.ts';

/** Writes a file that its owner alone may read, all of it or nothing. */
export function writePrivately(path: string, value: unknown): void {
  const draft = `${path}.${process.pid}.draft`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(draft, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
    // A draft that was left behind keeps the mode it had.
    chmodSync(draft, 0o600);
    renameSync(draft, path);
  } catch (cause) {
    rmSync(draft, { force: true });
    throw fileRefusal(cause, path) ?? cause;
  }
}

/**
 * Reads what was written; null when there is nothing.
 * @throws CrmflowError `invalid_input` for a file that says something else
 */
export function readPrivately<T>(path: string, isWritten: (value: unknown) => value is T): T | null {
  const text = textOf(path);
  if (text === null) return null;
  const value = parsed(text);
  if (isWritten(value)) return value;
  throw new CrmflowError('invalid_input', `${path} cannot be read as what CRMFlow writes there. Remove it.`);
}

/** Whether these fields of a value are texts. */
export const hasTexts = <K extends string>(value: unknown, ...names: K[]): value is Record<K, string> =>
  typeof value === 'object' &&
  value !== null &&
  names.every((name) => typeof new Map(Object.entries(value)).get(name) === 'string');

export const removeFile = (path: string): void => rmSync(path, { force: true });

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null;
    throw fileRefusal(cause, path) ?? cause;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
