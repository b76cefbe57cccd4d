import type { Ids, Sealer } from '../ports.ts';

/** Enough that nobody guesses one: 160 bits in hexadecimal. */
const MARK_CHARS = 40;

interface Needs {
  sealer: Sealer;
  ids: Ids;
  /** Where people and other systems reach this installation, without a / at its end. */
  publicUrl: string;
}
type Kind = 'callback' | 'file';

/**
 * Addresses that open to whoever has them: what they are for, and a mark that nobody makes without a key of the
 * installation.
 */
export function createAddresses({ sealer, ids, publicUrl }: Needs) {
  const marks = (kind: Kind, what: readonly string[]) =>
    sealer.fingerprints([kind, ...what].join(' ')).map((mark) => mark.slice(0, MARK_CHARS));
  const tokenFor = (kind: Kind, what: readonly string[]) => [...what, marks(kind, what)[0]].join('.');

  /** What a token stands for; null for one that is none of ours. */
  function read(kind: Kind, token: string): [sessionId: string, id: string] | null {
    const [, sessionId = '', id = '', mark = ''] = TOKEN.exec(token) ?? [];
    // Compared by their hashes: how long that takes tells nothing of the mark.
    const isOurs = marks(kind, [sessionId, id]).some((each) => ids.hash(each) === ids.hash(mark));
    return isOurs ? [sessionId, id] : null;
  }

  return {
    read,
    callbackUrl: (sessionId: string, hook: number) =>
      `${publicUrl}/api/hooks/wait/${tokenFor('callback', [sessionId, String(hook)])}`,
    fileUrl: (sessionId: string, fileId: string) =>
      `${publicUrl}/api/files/${tokenFor('file', [sessionId, fileId])}`,
  };
}
export type Addresses = ReturnType<typeof createAddresses>;

const TOKEN = /^([\w-]{1,100})\.([\w-]{1,100})\.([0-9a-f]{40})$/;
