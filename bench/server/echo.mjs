import { randomUUID } from 'node:crypto';

/**
 * Answers `user:message` at once, and `user:kept` once a row of it is committed. `tell` says what is to be told of a
 * socket's message; to the socket itself when absent.
 */
export async function echo(io, pool, tell = (socket, ...told) => socket.emit(...told)) {
  await pool.query('CREATE TABLE IF NOT EXISTS "Kept" (id text PRIMARY KEY, text text)');
  io.on('connection', (socket) => {
    const answer = (message, acknowledge) => {
      tell(socket, 'session:message', { message });
      acknowledge({ ok: true });
    };
    socket.on('user:message', ({ message: text }, acknowledge) =>
      answer({ id: randomUUID(), text }, acknowledge),
    );
    socket.on('user:kept', async ({ message: text }, acknowledge) => {
      const message = { id: randomUUID(), text };
      await pool.query({
        name: 'keep',
        text: 'INSERT INTO "Kept" (id, text) VALUES ($1, $2)',
        values: [message.id, text],
      });
      answer(message, acknowledge);
    });
  });
}
