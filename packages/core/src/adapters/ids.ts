import { createHash, randomBytes } from 'node:crypto';
import { init } from '@paralleldrive/cuid2';
import type { Ids } from '../ports.ts';

const cuid = init({ length: 24 });

export const ids: Ids = {
  row: cuid,
  secret: () => randomBytes(16).toString('hex'),
  hash: (text) => createHash('sha256').update(text).digest('hex'),
};
