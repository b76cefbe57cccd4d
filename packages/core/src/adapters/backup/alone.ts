import { CrmflowError } from '../../errors.ts';
import type { Pool, PoolClient } from '../database.ts';

/** @throws CrmflowError `conflict`, with what to do now, for a database that another CRMFlow has open */
export async function mustBeAlone(
  database: Pool | PoolClient,
  where: string,
  whatNow: string,
): Promise<void> {
  const { rows } = await database.query<{ count: number }>(OTHERS);
  const { count } = rows[0]!;
  if (count === 0) return;
  throw new CrmflowError(
    'conflict',
    `The database at ${where} is in use: another CRMFlow holds ${count} connection${count === 1 ? '' : 's'} to it. ${whatNow}`,
  );
}

/** The name is what `openPostgres` gives to its connections. */
const OTHERS = `SELECT count(*)::int AS count FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid()
  AND application_name = current_setting('application_name') AND application_name LIKE 'crmflow%'`;
