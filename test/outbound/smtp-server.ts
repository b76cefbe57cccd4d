import { serveRaw } from '../http/support.ts';

/** What a server says in place of its usual reply to a command; null closes the connection, undefined says nothing. */
type Reply = (verb: string, line: string) => string | null | undefined;

export interface Delivered {
  from: string;
  to: string[];
  source: string;
}

/**
 * A server on loopback that takes e-mail as RFC 5321 has it, with AUTH PLAIN (RFC 4954) and no encryption. `instead` gives
 * another reply than the usual one, or '' for the usual one; `END` is the end of the message.
 */
export async function smtpServer(instead: Reply = () => '') {
  const delivered: Delivered[] = [];
  const said: string[] = [];
  let open = 0;
  const server = await serveRaw((socket) => {
    open += 1;
    socket.on('close', () => (open -= 1));
    let rest = '';
    let letter: Delivered = { from: '', to: [], source: '' };
    let isData = false;
    const usual: Record<string, string> = {
      HELLO: '220 mail.test ESMTP',
      EHLO: '250-mail.test\r\n250-AUTH PLAIN\r\n250 SIZE 5000000',
      AUTH: '235 2.7.0 accepted',
      MAIL: '250 ok',
      RCPT: '250 ok',
      DATA: '354 go on',
      END: '250 2.0.0 queued',
      QUIT: '221 bye',
    };
    const answer = (verb: string, line: string): boolean => {
      const other = instead(verb, line);
      if (other === null) socket.destroy();
      const reply = other === '' ? (usual[verb] ?? '502 unknown') : other;
      if (reply) socket.write(`${reply}\r\n`);
      return reply?.startsWith('2') === true || reply?.startsWith('3') === true;
    };
    const take = (line: string) => {
      said.push(line);
      const verb = line.split(/[ :]/)[0]!.toUpperCase();
      const isTaken = answer(verb, line);
      const [, address = ''] = /<(.*?)>/.exec(line) ?? [];
      if (verb === 'MAIL') letter = { from: address, to: [], source: '' };
      if (verb === 'RCPT' && isTaken) letter.to.push(address);
      if (verb === 'DATA') isData = isTaken;
      if (verb === 'QUIT' && isTaken) socket.end();
    };
    socket.on('data', (chunk) => {
      rest += chunk.toString('latin1');
      for (;;) {
        const end = isData ? rest.indexOf('\r\n.\r\n') : rest.indexOf('\r\n');
        if (end < 0) return;
        const text = rest.slice(0, end);
        rest = rest.slice(end + (isData ? 5 : 2));
        if (!isData) {
          take(text);
          continue;
        }
        isData = false;
        delivered.push({ ...letter, source: text });
        answer('END', '');
      }
    });
    answer('HELLO', '');
  });
  return { ...server, delivered, said, open: () => open };
}
