// What one would write by hand: Express, pg and a login token checked with a key made once; and a Socket.IO echo, which stores
// nothing, or inserts one row before it answers.
import { createSecretKey } from 'node:crypto';
import { createServer } from 'node:http';
import express from 'express';
import jwt from 'jsonwebtoken';
import pg from 'pg';
import { Server } from 'socket.io';
import { echo } from './echo.mjs';

const key = createSecretKey(Buffer.from('a secret of 32 bytes for benchmarks'));
const pool = new pg.Pool({ connectionString: process.argv[2], max: 10 });
const { rows } = await pool.query('SELECT id, "userId" FROM "Workflow" WHERE name = $1 LIMIT 1', ['Echo']);
const [{ id, userId }] = rows;
const app = express();
app.get('/api/workflows/:id', async (request, response) => {
  const { sub } = jwt.verify(request.headers.authorization.slice(7), key, { algorithms: ['HS256'] });
  const { rows: found } = await pool.query({
    name: 'workflow',
    text: `SELECT stored.*, (SELECT json_agg(node) FROM "Node" AS node WHERE node."workflowId" = stored.id) AS nodes,
      (SELECT json_agg(edge) FROM "Edge" AS edge WHERE edge."workflowId" = stored.id) AS edges
      FROM "Workflow" AS stored WHERE stored.id = $1`,
    values: [request.params.id],
  });
  if (found[0]?.userId !== sub) return response.status(404).json({ error: { code: 'not_found' } });
  response.json(found[0]);
});
const server = createServer(app);
const io = new Server(server);
await echo(io, pool);
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const token = jwt.sign({}, key, { subject: userId, expiresIn: '7d' });
process.on('message', (asked) => {
  if (asked === 'memory') {
    globalThis.gc();
    const { heapUsed, external } = process.memoryUsage();
    process.send({ used: heapUsed + external });
  } else process.exit(0);
});
process.send({ url: `http://127.0.0.1:${server.address().port}`, token, id });
