import type { Pool } from 'pg';

/** An open database, whichever of the two it is: one pool speaks to both. */
export interface Database {
  kind: 'postgres' | 'embedded';
  pool: Pool;
  /** Its folder, or its host and name: for messages. */
  where: string;
  close(): Promise<void>;
}
