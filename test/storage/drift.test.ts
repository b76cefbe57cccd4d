import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { differenceFrom } from '../../scripts/prisma.mjs';

const schema = readFileSync(new URL('../../prisma/schema.prisma', import.meta.url), 'utf8');

it('gives exactly schema.prisma when all migrations are applied', async () => {
  expect(await differenceFrom(schema)).toBeNull();
});

it('reports drift, as the SQL that is missing, when a column stands in the schema alone', async () => {
  const wider = schema.replace('model User {', 'model User {\n  nickname String?');
  expect(await differenceFrom(wider)).toBe(
    '-- AlterTable\nALTER TABLE "User" ADD COLUMN     "nickname" TEXT;\n',
  );
});
