// What anyone would write to open Prisma on an embedded PGlite and ask a first question: the baseline of bench/start.ts.
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from '../packages/core/src/generated/prisma/client.ts';

const folder = process.argv[2]!;
const db = await PGlite.create(`${folder}/database`);
const server = new PGLiteSocketServer({ db, path: `${folder}/.s.PGSQL.5432` });
await server.start();
const prisma = new PrismaClient({
  adapter: new PrismaPg({ host: folder, user: 'postgres', database: 'postgres', max: 1 }),
});
console.log(await prisma.$queryRaw`SELECT 1 AS one`);
await server.stop();
await db.close();
process.exit(0);
