import { MOST_FILE_BYTES, type Upload } from '../contract/operation.ts';
import { CrmflowError } from '../errors.ts';
import type { Expects, VisitorFile, Wait } from '../nodes/wait.ts';
import type { Clock, Ids } from '../ports.ts';
import type { Store } from '../store.ts';

/** Refuses a file the waiting node would not take, before anything is stored. */
export function checkFile(wait: Wait | null, { mimeType, bytes }: Upload): void {
  if (wait?.for !== 'message' || wait.expects.kind !== 'file')
    throw new CrmflowError('conflict', 'The session does not wait for a file.');
  const { accept, maxBytes = MOST_FILE_BYTES }: Expects = wait.expects;
  const most = Math.min(maxBytes, MOST_FILE_BYTES);
  if (bytes.length === 0) throw new CrmflowError('invalid_input', 'file: it is empty.');
  if (bytes.length > most)
    throw new CrmflowError('too_large', `The file has ${bytes.length} bytes; at most ${most} are taken.`);
  if (accept && !accept.some((pattern) => isOf(pattern, mimeType)))
    throw new CrmflowError(
      'unsupported_media',
      `A file of the type ${mimeType} is not taken here: ${accept.join(', ')}.`,
    );
}

/** Keeps a file with its session, and gives what the waiting node is told of it. */
export async function keepFile(
  sessionId: string,
  { name: called, mimeType, bytes }: Upload,
  { store, ids, clock }: { store: Store; ids: Ids; clock: Clock },
): Promise<VisitorFile> {
  const id = ids.secret();
  const name = safeName(called);
  await store.files.put({
    id,
    sessionId,
    name,
    mimeType,
    bytes,
    hash: null,
    createdAt: clock.now().toISOString(),
  });
  return { id, name, url: `/api/sessions/${sessionId}/files/${id}`, mimeType, size: bytes.length };
}

/** `image/*` takes every image. */
const isOf = (pattern: string, mimeType: string) =>
  pattern === mimeType || (pattern.endsWith('/*') && mimeType.startsWith(pattern.slice(0, -1)));

/** A name without a path, without what turns text around, and not too long. */
export function safeName(name: string): string {
  const last = name.normalize('NFC').split(/[\\/]/).at(-1)!;
  // Control characters, and marks that change the direction of what follows.
  const plain = last.replaceAll(/[\p{Cc}\p{Cf}]/gu, '').trim();
  const [, stem, extension] = /^(.+?)(\.[^.]{1,10})?$/su.exec(plain) ?? [];
  return stem === undefined || /^\.+$/.test(plain) ? 'file' : `${stem.slice(0, 100)}${extension ?? ''}`;
}
