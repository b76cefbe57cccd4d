import { refused, taken, type Reading } from './reading.ts';
import { readUrl } from './url.ts';

/** A file the visitor gave: where it is and what is known of it. */
export interface GivenFile {
  name: string;
  url: string;
  mimeType?: string;
  size?: number;
}

export interface FileRules {
  maxBytes?: number | undefined;
  /** MIME types, a whole family as `image/*`. */
  types?: readonly string[] | undefined;
}

const MIME = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/;

/**
 * A file, as an https address that was typed or as what a client uploaded and describes. Type and size are what the
 * client says, or what the name tells; nothing is fetched. A size nobody knows passes; a type nobody knows passes only without `types`.
 */
export function readFile(input: unknown, { maxBytes, types }: FileRules = {}): Reading<GivenFile> {
  const described = typeof input === 'string' ? { url: input } : isRecord(input) ? input : {};
  const { url: typed, name: named, mimeType, size } = described;
  if (input === '' || (typeof input === 'string' && input.trim() === '')) return refused('empty');
  const isUploaded = described === input && typeof typed === 'string' && UPLOADED.test(typed);
  const address = isUploaded
    ? taken(typed)
    : typeof typed === 'string'
      ? readUrl(typed)
      : refused('not_file');
  if (!address.ok || !(isUploaded || address.value.startsWith('https://'))) return refused('not_file');
  if (size !== undefined && !(Number.isSafeInteger(size) && Number(size) >= 0)) return refused('not_file');
  const name = plainName(typeof named === 'string' ? named : '') || nameIn(address.value);
  const said = typeof mimeType === 'string' ? mimeType.split(';')[0]?.trim().toLowerCase() : undefined;
  const type = said && MIME.test(said) ? said : typeByName(name);
  if (types?.length && !types.some((wanted) => isOfType(type, wanted)))
    return refused('wrong_file_type', { types: types.join(', ') });
  const bytes = size === undefined ? undefined : Number(size);
  if (maxBytes !== undefined && bytes !== undefined && bytes > maxBytes)
    return refused('file_too_large', { max: inBytes(maxBytes), size: inBytes(bytes) });
  return taken({
    name,
    url: address.value,
    ...(type !== undefined && { mimeType: type }),
    ...(bytes !== undefined && { size: bytes }),
  });
}

/** Where a session keeps what was uploaded in it. */
const UPLOADED = /^\/api\/sessions\/[\w-]+\/files\/[\w-]+$/;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A name without a path and without what nobody sees. */
const plainName = (name: string): string =>
  name
    .slice(0, 1_000)
    .replace(/[\p{C}"<>|:*?]/gu, '')
    .replace(/^.*[\\/]/s, '')
    .trim()
    .slice(0, 200);

function nameIn(address: string): string {
  const { pathname, hostname } = new URL(address, 'https://file');
  const last = pathname.split('/').at(-1) ?? '';
  try {
    return plainName(decodeURIComponent(last)) || hostname;
  } catch {
    return plainName(last) || hostname;
  }
}

const isOfType = (type: string | undefined, wanted: string): boolean => {
  const want = wanted.trim().toLowerCase();
  if (want === '*/*' || want === '*') return true;
  return type !== undefined && (want.endsWith('/*') ? type.startsWith(want.slice(0, -1)) : type === want);
};

const typeByName = (name: string): string | undefined =>
  TYPES.get(/\.([a-z0-9]{1,5})$/i.exec(name)?.[1]?.toLowerCase() ?? '');

const TYPES: ReadonlyMap<string, string> = new Map(
  (
    'jpg:image/jpeg jpeg:image/jpeg png:image/png gif:image/gif webp:image/webp svg:image/svg+xml heic:image/heic ' +
    'avif:image/avif mp3:audio/mpeg m4a:audio/mp4 wav:audio/wav ogg:audio/ogg mp4:video/mp4 mov:video/quicktime ' +
    'webm:video/webm pdf:application/pdf txt:text/plain csv:text/csv md:text/markdown html:text/html ' +
    'json:application/json zip:application/zip doc:application/msword xls:application/vnd.ms-excel ' +
    'docx:application/vnd.openxmlformats-officedocument.wordprocessingml.document ' +
    'xlsx:application/vnd.openxmlformats-officedocument.spreadsheetml.sheet ' +
    'pptx:application/vnd.openxmlformats-officedocument.presentationml.presentation'
  )
    .split(' ')
    .map((pair) => pair.split(':') as [string, string]),
);

function inBytes(bytes: number): string {
  const [amount, unit] =
    bytes < 1_000 ? [bytes, 'B'] : bytes < 1_000_000 ? [bytes / 1_000, 'kB'] : [bytes / 1_000_000, 'MB'];
  return `${Math.round(amount * 10) / 10} ${unit}`;
}
