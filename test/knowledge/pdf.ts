import { createCipheriv, createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';

const FONT = '/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>';
const escaped = (text: string) => text.replaceAll(/[\\()]/g, '\\$&');

/** A PDF of one page that says this. */
export const pdfOf = (text: string): Buffer => pdfOfPages([[text]]);

/** A PDF of these pages, each of lines. `info` is what stands in its dictionary, like `/Title (Handbook)`. */
export function pdfOfPages(pages: string[][], info = ''): Buffer {
  const contents = pages.map((lines) => {
    const said = lines.map((line) => `(${escaped(line)}) Tj T*`).join('\n');
    return `BT /F1 12 Tf 14 TL 72 720 Td\n${said}\nET`;
  });
  return pdfOfContents(contents, info);
}

/** A PDF with these drawing instructions, a text a page. */
export function pdfOfContents(contents: string[], info = ''): Buffer {
  const first = 4;
  const kids = contents.map((_, at) => `${first + 2 * at} 0 R`).join(' ');
  return pdfOfObjects([
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${kids}] /Count ${contents.length} /MediaBox [0 0 612 792] ${FONT} >>`,
    `<< ${info} >>`,
    ...contents.flatMap((content, at) => [
      `<< /Type /Page /Parent 2 0 R /Contents ${first + 2 * at + 1} 0 R >>`,
      stream(content),
    ]),
  ]);
}

export const stream = (content: string, entries = ''): string =>
  `<< /Length ${Buffer.byteLength(content, 'latin1')} ${entries} >>\nstream\n${content}\nendstream`;

/** What is said there, packed as small as it gets, as often as wished. */
export function packed(content: string, times = 1): string {
  let bytes: Buffer = Buffer.from(content, 'latin1');
  for (let at = 0; at < times; at++) bytes = deflateSync(bytes, { level: 9 });
  return stream(bytes.toString('latin1'), `/Filter [${'/FlateDecode '.repeat(times)}]`);
}

/** A PDF of these objects: the first is its catalog, the third what it says of itself. ISO 32000-1, 7.5. */
export function pdfOfObjects(objects: string[], trailer = ''): Buffer {
  const parts = ['%PDF-1.7\n'];
  let length = parts[0]!.length;
  const offsets = objects.map((object, at) => {
    const offset = length;
    const part = `${at + 1} 0 obj\n${object}\nendobj\n`;
    parts.push(part);
    length += part.length;
    return String(offset).padStart(10, '0');
  });
  const table = offsets.map((offset) => `${offset} 00000 n \n`).join('');
  parts.push(
    `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}`,
    `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R /Info 3 0 R ${trailer} >>\nstartxref\n${length}\n%%EOF\n`,
  );
  return Buffer.from(parts.join(''), 'latin1');
}

/** The same, under a password: AES-256 as Adobe's Supplement to ISO 32000, extension level 3, has it. */
export function encryptedPdfOf(text: string, password: string): Buffer {
  const key = Buffer.alloc(32, 7);
  const sha = (...parts: Buffer[]) => createHash('sha256').update(Buffer.concat(parts)).digest();
  const sealed = (secret: Buffer, plain: Buffer, isPadded: boolean) => {
    const cipher = createCipheriv('aes-256-cbc', secret, Buffer.alloc(16)).setAutoPadding(isPadded);
    return Buffer.concat([cipher.update(plain), cipher.final()]);
  };
  const hex = (bytes: Buffer) => `<${bytes.toString('hex')}>`;
  const lock = (word: Buffer, also: Buffer) => {
    const [check, salt] = [Buffer.alloc(8, 1), Buffer.alloc(8, 2)];
    const whole = Buffer.concat([sha(word, check, also), check, salt]);
    return { whole, opens: sealed(sha(word, salt, also), key, false) };
  };
  const user = lock(Buffer.from(password), Buffer.alloc(0));
  const owner = lock(Buffer.from(`owner of ${password}`), user.whole);
  const rights = Buffer.from('fcffffffffffffff546164620000000000'.slice(0, 32), 'hex');
  const cipher = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false);
  const content = Buffer.from(`BT /F1 12 Tf 72 720 Td (${escaped(text)}) Tj ET`);
  const body = Buffer.concat([Buffer.alloc(16), sealed(key, content, true)]).toString('latin1');
  return pdfOfObjects(
    [
      '<< /Type /Catalog /Pages 2 0 R >>',
      `<< /Type /Pages /Kids [4 0 R] /Count 1 /MediaBox [0 0 612 792] ${FONT} >>`,
      '<< >>',
      '<< /Type /Page /Parent 2 0 R /Contents 5 0 R >>',
      stream(body),
      `<< /Filter /Standard /V 5 /R 5 /Length 256 /P -4 /U ${hex(user.whole)} /UE ${hex(user.opens)}
        /O ${hex(owner.whole)} /OE ${hex(owner.opens)} /Perms ${hex(cipher.update(rights))}
        /CF << /StdCF << /CFM /AESV3 /AuthEvent /DocOpen /Length 32 >> >> /StmF /StdCF /StrF /StdCF >>`,
    ],
    '/Encrypt 6 0 R /ID [<00> <00>]',
  );
}
