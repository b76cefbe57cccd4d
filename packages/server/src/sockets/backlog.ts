import type { Socket } from 'socket.io';
import type { WebSocket } from 'ws';

/** In bytes, or letters: so much may wait for a client that does not read. It comes back and is told the rest. */
export const MOST_WAITING = 4_000_000;
/** Looked at now and then: what waits is long when it matters. */
const LOOK_EVERY = 16;
const ROOM_MS = 5_000;

type Connection = Socket['conn'];
interface Packet {
  data?: string | Buffer;
}

/** Engine.IO keeps here what its transport cannot take yet. */
const waitingIn = (conn: Connection) => (conn as unknown as { writeBuffer: Packet[] }).writeBuffer;

/** Tells a client something; one that does not read is cut once too much waits for it. */
export function tellOn(socket: Socket, event: string, payload: object): void {
  socket.emit(event, payload);
  const { conn } = socket;
  const waiting = waitingIn(conn);
  if (waiting.length % LOOK_EVERY || waiting.length === 0) return;
  if (waiting.reduce((sum, { data }) => sum + (data?.length ?? 0), 0) > MOST_WAITING) cut(conn);
}

/** At once: a close that is asked for would wait behind all that is not read. */
function cut(conn: Connection): void {
  const { socket } = conn.transport as unknown as { socket?: WebSocket };
  if (socket) socket.terminate();
  else conn.close(true);
}

/** Until a client has been sent what waits for it, for a while. */
export async function roomOn({ conn }: Socket): Promise<void> {
  if (!waitingIn(conn).length) return;
  await new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer);
      conn.off('drain', done);
      conn.off('close', done);
      resolve();
    };
    const timer = setTimeout(done, ROOM_MS);
    conn.once('drain', done);
    conn.once('close', done);
  });
}
