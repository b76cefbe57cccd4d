import type { Pool, PoolConfig } from 'pg';

export type { Pool, PoolClient, PoolConfig, QueryConfig } from 'pg';

/** An open database, whichever of the two it is: one pool speaks to both. */
export interface Database {
  kind: 'postgres' | 'embedded';
  pool: Pool;
  /** Its folder, or its host and name: for messages. */
  where: string;
  close(): Promise<void>;
}

/** A pool that outlives the connections it loses. */
export async function createPool(config: PoolConfig): Promise<Pool> {
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({ ...config, allowExitOnIdle: true });
  // The query that meets a lost connection fails by itself; without a listener the process would end.
  pool.on('error', () => {});
  return pool;
}

/** A name as SQL writes it where it is to be taken as it stands. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
