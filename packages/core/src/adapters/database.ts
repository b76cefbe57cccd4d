import type { ClientBase, Pool, PoolConfig } from 'pg';

export type { Pool, PoolClient, QueryConfig } from 'pg';

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
  const pool = new pg.Pool({ ...config, allowExitOnIdle: true, onConnect: planOnce });
  // The query that meets a lost connection fails by itself; without a listener the process would end.
  pool.on('error', () => {});
  return pool;
}

/**
 * Every statement here is right for any values it is given. Left to itself the database plans the large ones anew at each
 * call, which takes longer than carrying one out.
 */
// The pool waits for it, which its types do not say.
const planOnce = ((client: ClientBase) =>
  client.query('SET plan_cache_mode = force_generic_plan')) as PoolConfig['onConnect'];
