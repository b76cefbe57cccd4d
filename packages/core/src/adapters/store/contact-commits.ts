import { addressesIn, contactAfter, type Contact, type Found } from '../../session/contact.ts';
import type { Commit } from '../../store.ts';
import type { Database } from '../database.ts';
import type { Statement } from './ask.ts';
import { createBatches } from './batches.ts';
import type { CommitRow } from './commit-row.ts';
import { committing } from './commit.sql.ts';
import { BY_EMAIL, BY_PHONE, contactFrom, LINK, LINKED, LOCK, PUT, valuesOf } from './contact.sql.ts';
import type { ContactRow } from './contact.sql.ts';
import { inTransaction, type Within } from './transaction.ts';

interface Needs {
  pool: Database['pool'];
  flights: number;
  taken: string;
}

/** Commits that write of a person: each alone, in one transaction with the contact. */
export const createContactCommits = ({ pool, flights, taken }: Needs) =>
  createBatches<{ commit: Commit; row: CommitRow }, boolean>({
    ...{ most: 1, flights },
    keyOf: ({ row }) => row.scalars.id,
    async run([one]) {
      const { commit, row } = one!;
      return inTransaction(
        pool,
        async (within) => {
          await within(LOCK, [commit.session.userId]);
          const moved = await within(...committing(row));
          if (moved.length) await writeContact(within, commit);
          return [moved.length > 0];
        },
        taken,
      );
    },
  });

async function writeContact(within: Within, { session, contact }: Commit): Promise<void> {
  const linked = await one(within, LINKED, [session.id]);
  const { email, phone } = addressesIn(session);
  const found: Found = {
    linked,
    byEmail: email === null ? null : await one(within, BY_EMAIL, [session.userId, email]),
    byPhone: phone === null ? null : await one(within, BY_PHONE, [session.userId, phone]),
  };
  const after = contactAfter(session, contact!, found);
  if (!after) return;
  await within(PUT, valuesOf(after));
  if (after.id !== linked?.id) await within(LINK, [session.id, after.id]);
}

async function one(
  within: Within,
  statement: Statement,
  values: readonly unknown[],
): Promise<Contact | null> {
  const [row] = await within<ContactRow>(statement, values);
  return row ? contactFrom(row) : null;
}
