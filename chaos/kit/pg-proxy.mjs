import { EventEmitter, once } from 'node:events';
import { connect, createServer } from 'node:net';

const BIND = 'B'.charCodeAt(0);
const READY = 'Z'.charCodeAt(0);

/**
 * Stands between a server and PostgreSQL, and can hold one commit of sessions: the next one `before` it reaches the
 * database, or `after` it is stored there and before the server hears of it. What is held is never let go: whoever holds
 * it kills the server. (PostgreSQL's protocol, version 3: a type, a length, and the rest.)
 */
export async function startPgProxy(target) {
  const news = new EventEmitter();
  let armed = null;
  const lines = new Set();
  const listener = createServer((front) => {
    const back = connect(target, '127.0.0.1');
    lines.add(front);
    let held = null;
    const cut = () => {
      lines.delete(front);
      front.destroy();
      back.destroy();
    };
    for (const end of [front, back]) end.on('error', cut).on('close', cut).setNoDelay();
    const asked = reader({ hasStartup: true });
    const answered = reader({ hasStartup: false });
    front.on('data', (chunk) => {
      const isCommit = asked(chunk).some(isCommitOfSessions);
      if (isCommit && armed && !held) {
        held = armed;
        armed = null;
      }
      if (held !== 'before') return void back.write(chunk);
      news.emit('held');
    });
    back.on('data', (chunk) => {
      const kinds = answered(chunk);
      if (held !== 'after') return void front.write(chunk);
      if (kinds.some(([kind]) => kind === READY)) news.emit('held');
    });
  }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return {
    port: listener.address().port,
    /** Holds the next commit; resolves when it is held. */
    hold(when) {
      armed = when;
      return once(news, 'held');
    },
    close() {
      listener.close();
      for (const line of lines) line.destroy();
    },
  };
}

/** Gives the messages that end in each chunk; the first of a client has no type. */
function reader({ hasStartup }) {
  let left = Buffer.alloc(0);
  let isStartup = hasStartup;
  return (chunk) => {
    left = Buffer.concat([left, chunk]);
    const messages = [];
    for (;;) {
      const head = isStartup ? 0 : 1;
      if (left.length < head + 4) return messages;
      const size = head + left.readUInt32BE(head);
      if (left.length < size) return messages;
      if (!isStartup) messages.push(left.subarray(0, size));
      isStartup = false;
      left = left.subarray(size);
    }
  };
}

/** Binds values to the prepared statement of that name: after the length come the names of the portal and of the statement. */
function isCommitOfSessions(message) {
  if (message[0] !== BIND) return false;
  const [, statement] = message.subarray(5, 60).toString('latin1').split('\0');
  return statement.startsWith('commit');
}
