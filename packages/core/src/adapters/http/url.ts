import { Failure } from './failure.ts';

/**
 * Reads an http or https URL, relative to `base` when given, without its fragment. Throws a `Failure` for another
 * scheme, a user name or password, a control character (which the URL standard would drop without a word) and a
 * port that belongs to another protocol.
 */
export function readUrl(text: string, base?: URL): URL {
  const url = CONTROL.test(text) ? null : parsed(text, base);
  if (url === null) throw new Failure('url');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new Failure('scheme');
  if (url.username !== '' || url.password !== '') throw new Failure('credentials');
  if (BLOCKED_PORTS.has(portOf(url))) throw new Failure('blocked_port');
  url.hash = '';
  return url;
}

/** The port a URL leads to, its scheme's own when it names none. */
export const portOf = ({ port, protocol }: { port: string; protocol: string }): number =>
  port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);

function parsed(text: string, base?: URL): URL | null {
  try {
    return new URL(text, base);
  } catch {
    return null;
  }
}

const CONTROL = /\p{Cc}/u;

/** The bad ports of the Fetch standard, and those of databases, queues and remote desktops. */
const BLOCKED_PORTS = new Set([
  0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104,
  109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 445, 465, 512, 513, 514,
  515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1433, 1521, 1719, 1720,
  1723, 2049, 3306, 3389, 3659, 4045, 4190, 5060, 5061, 5432, 5672, 5900, 6000, 6379, 6380, 6566, 6665, 6666,
  6667, 6668, 6669, 6679, 6697, 9042, 9092, 10080, 11211, 27017, 27018, 27019,
]);
