// A bare Socket.IO server among several: what it is told it tells everyone in a room, through the Redis streams adapter:
// node sockets.mjs <redis> <stream> <database>.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { createAdapter } from '@socket.io/redis-streams-adapter';
import { Redis } from 'ioredis';
import pg from 'pg';
import { Server } from 'socket.io';
import { echo } from '../server/echo.mjs';

const redis = new Redis(process.argv[2]);
const server = createServer();
const io = new Server(server, { adapter: createAdapter(redis, { streamName: process.argv[3] }) });
io.on('connection', (socket) => {
  socket.on('session:start', (_how, acknowledge) => {
    socket.data.room = randomUUID();
    socket.join(socket.data.room);
    acknowledge({ ok: true });
  });
});
await echo(io, new pg.Pool({ connectionString: process.argv[4] }), (socket, ...told) =>
  io.to(socket.data.room).emit(...told),
);
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
process.on('message', () => redis.del(process.argv[3]).finally(() => process.exit(0)));
process.send({ url: `http://127.0.0.1:${server.address().port}`, token: '', id: '' });
