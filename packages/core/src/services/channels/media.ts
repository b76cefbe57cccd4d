import { CrmflowError } from '../../errors.ts';
import { basic } from '../../nodes/integration/twilio.ts';
import type { VisitorFile } from '../../nodes/wait.ts';
import type { Clock, Http, Ids } from '../../ports.ts';
import type { Session } from '../../session/session.ts';
import type { Store } from '../../store.ts';
import type { SecretOf } from '../keys.ts';
import { MOST_FILE_BYTES } from '../../contract/operation.ts';
import { checkFile, keepFile } from '../visitor-files.ts';
import type { Written } from './inbound.ts';

export interface MediaPorts {
  store: Store;
  ids: Ids;
  clock: Clock;
  http: Http;
  secret: SecretOf;
}

const TIMEOUT_MS = 8_000;

/**
 * The file that a message brings to a session which waits for one. It is fetched from Twilio's own hosts alone, which are
 * shown the account's credentials; no other host sees them after a redirect. Null without one that can be had.
 */
export function createMedia({ http, secret, ...keeping }: MediaPorts) {
  return async function fileFor(
    { id, userId, wait }: Session,
    { media: [media] }: Written,
  ): Promise<VisitorFile | null> {
    if (!media || userId === null || wait?.for !== 'message' || wait.expects.kind !== 'file') return null;
    if (!isTwilios(media.url)) return null;
    const { accountSid = '', authToken = '' } = (await secret(userId, 'twilio'))?.parts ?? {};
    const most = Math.min(wait.expects.maxBytes ?? MOST_FILE_BYTES, MOST_FILE_BYTES);
    const name = nameOf(media);
    try {
      const { status, body } = await http.send({
        method: 'GET',
        url: media.url,
        headers: { authorization: basic(accountSid, authToken) },
        secretHeaders: ['authorization'],
        timeoutMs: TIMEOUT_MS,
        maxBytes: most,
      });
      if (status !== 200) return null;
      const bytes = new Uint8Array(body);
      const file = { name, mimeType: media.mimeType, bytes };
      checkFile(wait, file);
      return await keepFile(id, file, keeping);
    } catch (cause) {
      if (!(cause instanceof CrmflowError)) throw cause;
      // The question itself says what it takes.
      const isUnfit = cause.code === 'too_large' || cause.code === 'unsupported_media';
      return isUnfit ? { name, url: media.url, mimeType: media.mimeType, size: most + 1 } : null;
    }
  };
}

const isTwilios = (url: string): boolean => {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, port } = new URL(url);
  return protocol === 'https:' && port === '' && hostname.endsWith('.twilio.com');
};

const nameOf = ({ url, mimeType }: { url: string; mimeType: string }): string => {
  const [, extension = 'bin'] = /^\w+\/(\w{1,10})$/.exec(mimeType) ?? [];
  return `${new URL(url).pathname.split('/').at(-1)}.${extension}`;
};
