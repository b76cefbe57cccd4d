import type { CRMFlow, Message } from '@crmflow/sdk';
import { button, element } from '../dom.ts';
import type { Ask } from './ask.ts';

/** A link that tells nobody where it was found; the address as text where it is none of the web. */
export function mediaLink({ kind, url, alt, name: called }: NonNullable<Message['media']>): Node {
  const name = alt ?? called;
  const label = name ? `${name} (${kind})` : kind;
  const isLink = /^https?:$/.test(URL.canParse(url) ? new URL(url).protocol : '');
  if (!isLink) return document.createTextNode(`${label} – ${url}`);
  return element('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, label);
}

interface Given {
  client: CRMFlow;
  ask: Ask;
  sessionId: string;
  file: NonNullable<Message['file']>;
  refused(cause: unknown): void;
}

/** A file that a visitor gave: it is fetched with the login when asked for, which a plain link would not carry. */
export function fileLink({ client, ask, sessionId, file, refused }: Given): Node {
  const { id: fileId, name, size } = file;
  const label = size === undefined ? name : `${name} (${sizeText(size)})`;
  if (fileId === undefined) return document.createTextNode(`File: ${label}`);
  const fetched = async () => {
    const { bytes, mimeType } = await ask(() => client.sessions.file({ id: sessionId, fileId }));
    save(new Blob([new Uint8Array(bytes)], { type: mimeType }), name);
  };
  return button(
    label,
    { class: 'quiet', 'aria-label': `Download ${label}` },
    () => void fetched().catch(refused),
  );
}

function save(blob: Blob, name: string) {
  const url = URL.createObjectURL(blob);
  element('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

const sizeText = (bytes: number) =>
  bytes < 1_000_000 ? `${Math.ceil(bytes / 1_000)} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
