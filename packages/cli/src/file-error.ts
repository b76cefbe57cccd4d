import { CrmflowError } from '@crmflow/core/contract';

type SystemError = NodeJS.ErrnoException & { code: string };
const isSystemError = (cause: unknown): cause is SystemError =>
  cause instanceof Error && 'syscall' in cause && 'code' in cause && typeof cause.code === 'string';

/** What is wrong with a file, in words; null for what is no error of the file system that names one. */
export function fileRefusal(cause: unknown, path?: string): CrmflowError | null {
  if (!isSystemError(cause)) return null;
  // A disk that is full is told of without the path.
  const which = cause.path ?? path;
  if (which === undefined) return null;
  const { code, message } = cause;
  const sentence = REASONS[code] ?? `cannot be used: ${message}. Name another`;
  const isFault = isTyped.has(code) ? 'invalid_input' : 'internal';
  return new CrmflowError(isFault, `${which} ${sentence}.`, undefined, { cause });
}

/** Works on a file; what goes wrong with it names its path. */
export async function onFile<T>(path: string, work: () => Promise<T> | T): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw fileRefusal(cause, path) ?? cause;
  }
}

/** What may be a slip in the path, rather than a fault of the machine. */
const isTyped = new Set(['ENOENT', 'EISDIR', 'ENOTDIR']);
const REASONS: Record<string, string> = {
  ENOENT: 'is not there. Check the path',
  EISDIR: 'is a folder. Name a file',
  ENOTDIR: 'leads through what is not a folder. Check the path',
  EACCES: 'may not be used by this user. Change its rights, or name another',
  EPERM: 'may not be used by this user. Change its rights, or name another',
  ENOSPC: 'cannot be written: the disk is full. Make room, and try again',
  EROFS: 'cannot be written: the disk is read-only. Name a place on another',
};
