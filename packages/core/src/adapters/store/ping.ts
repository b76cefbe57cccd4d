import { CrmflowError } from '../../errors.ts';
import { migrations } from '../../generated/migrations.ts';
import type { Ask } from './ask.ts';

/** Asks whether the database answers, takes what is written and has had every migration of this release. */
export const createPing = (ask: Ask) => async (): Promise<void> => {
  const names = migrations.map(({ name }) => name);
  const [found] = await ask<{ count: number; isReadOnly: boolean }>(FINISHED, [names]);
  // As a replica is, to which a connection has failed over.
  if (found?.isReadOnly) throw new CrmflowError('unavailable', 'The database is read-only.');
  if (found?.count !== names.length)
    throw new CrmflowError('unavailable', 'The database is not migrated. Run: crmflow migrate');
};

const FINISHED = {
  name: 'ping',
  text: `SELECT count(DISTINCT migration_name)::int AS count, current_setting('transaction_read_only')::bool AS "isReadOnly" FROM "_prisma_migrations"
WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL AND migration_name = ANY($1::text[])`,
};
