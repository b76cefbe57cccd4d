import { lookup as systemLookup } from 'node:dns/promises';
import type { Socket } from 'node:net';
import MailComposer from 'nodemailer/lib/mail-composer';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { Letter, Mail, MailAccount } from '../../ports.ts';
import { allowing } from '../http/addresses.ts';
import { guardedConnector, type Lookup } from '../http/connect.ts';
import { startDeadline, type Deadline } from '../http/deadline.ts';
import { Failure } from '../http/failure.ts';
import { unsentBy } from './unsent.ts';

/** Those that servers for mail listen at; others only of hosts that are allowed by name. */
const MAIL_PORTS = [25, 465, 587, 2525];

/**
 * E-mail by SMTP (RFC 5321), each over a connection of its own. That is opened by the guard of the door for HTTP: a stored
 * host reaches nothing inside that the owner of the installation has not allowed by name.
 */
export function createMail({
  allowedPrivateHosts = [],
  lookup = systemLookup,
}: { allowedPrivateHosts?: readonly string[]; lookup?: Lookup } = {}): Mail {
  const isAllowed = allowing(allowedPrivateHosts);
  const connector = guardedConnector({ isAllowed, lookup });
  const open = ({ host, port }: MailAccount): Promise<Socket> =>
    new Promise((resolve, reject) => {
      if (!MAIL_PORTS.includes(port) && !isAllowed(host, port)) return reject(new Failure('blocked_port'));
      connector({ hostname: host, port: String(port), protocol: 'http:' }, (...[error, socket]) =>
        error ? reject(error) : resolve(socket),
      );
    });

  return {
    async send(letter, account, { timeoutMs, signal }) {
      const deadline = startDeadline(timeoutMs, signal);
      let isHanded = false;
      let connection: SMTPConnection | undefined;
      try {
        const message = await composed(letter);
        connection = speaking(await opened(open(account), deadline), letter, account);
        await deadline.within(greeted(connection, account));
        isHanded = true;
        const { rejected } = await deadline.within(handed(connection, letter, message));
        // It has the e-mail: nobody waits for its goodbye.
        connection.quit();
        connection.close();
        return { kind: 'sent', refused: rejected };
      } catch (cause) {
        connection?.close();
        return unsentBy(cause, { host: account.host, isHanded });
      } finally {
        deadline.done();
      }
    },
  };
}

/** The connection; one that is there too late is of no use. */
async function opened(opening: Promise<Socket>, { within, signal }: Deadline): Promise<Socket> {
  opening.then(
    (socket) => signal.aborted && socket.destroy(),
    () => undefined,
  );
  return within(opening);
}

const composed = ({ messageId, to, cc, ...letter }: Letter): Promise<Buffer> =>
  new MailComposer({
    ...letter,
    to: to.map(bare),
    cc: cc.map(bare),
    messageId: `<${messageId}>`,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
    .compile()
    .build();
const bare = (address: string) => ({ name: '', address });

const speaking = (connection: Socket, { from }: Letter, { host, port, security }: MailAccount) =>
  new SMTPConnection({
    connection,
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    // Its own guess would tell the name of this machine.
    name: from.address.split('@')[1]!,
    socketCloseTimeout: 1_000,
    maxResponseSize: 64_000,
  });

/** Once the server has greeted, the connection is as secure as it should be, and the login was taken. */
function greeted(connection: SMTPConnection, { login }: MailAccount): Promise<void> {
  return new Promise((resolve, reject) => {
    // Also of a connection that breaks later: whoever waits then hears of it by the call it waits for.
    connection.on('error', reject);
    connection.once('end', () => reject(new Failure('broken')));
    connection.connect(() => {
      if (login) connection.login({ credentials: login }, (error) => (error ? reject(error) : resolve()));
      else resolve();
    });
  });
}

function handed(
  connection: SMTPConnection,
  { from, to, cc }: Letter,
  message: Buffer,
): Promise<{ rejected: string[] }> {
  const envelope = { from: from.address, to: [...to, ...cc], size: message.length };
  return new Promise((resolve, reject) => {
    connection.once('error', reject);
    connection.once('end', () => reject(new Failure('broken')));
    connection.send(envelope, message, (error, info) => (error ? reject(error) : resolve(info)));
  });
}
