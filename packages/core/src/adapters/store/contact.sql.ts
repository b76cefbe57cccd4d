import type { Contact } from '../../session/contact.ts';
import type { Statement } from './ask.ts';

const COLUMNS = `id, "userId", name, email, phone, fields, tags, consent, "timeZone", language, claimed, "createdAt", "updatedAt"`;

/** Whoever writes contacts of a user waits here for whoever else does: no two of them find the same address free. */
export const LOCK: Statement = {
  name: 'lock-contacts',
  text: 'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))',
};

/** The same for whoever knows a contact alone. */
export const LOCK_OF: Statement = {
  name: 'lock-contacts-of-owner',
  text: 'SELECT pg_advisory_xact_lock(hashtextextended("userId", 0)) FROM "Contact" WHERE id = $1',
};

export const GET: Statement = { name: 'contact', text: `SELECT ${COLUMNS} FROM "Contact" WHERE id = $1` };
export const BY_EMAIL: Statement = {
  name: 'contact-by-email',
  text: `SELECT ${COLUMNS} FROM "Contact" WHERE "userId" = $1 AND email = $2`,
};
export const BY_PHONE: Statement = {
  name: 'contact-by-phone',
  text: `SELECT ${COLUMNS} FROM "Contact" WHERE "userId" = $1 AND phone = $2`,
};
/** That of a session. */
export const LINKED: Statement = {
  name: 'contact-of-session',
  text: `SELECT ${COLUMNS} FROM "Contact" WHERE id = (SELECT "contactId" FROM "Session" WHERE id = $1)`,
};

/** Writes a contact whole, new or not. */
export const PUT: Statement = {
  name: 'put-contact',
  text: `INSERT INTO "Contact" (${COLUMNS})
VALUES ($1, $2, $3, $4, $5, $6::json, $7, $8::json, $9, $10, $11, $12, $13)
ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name, email = EXCLUDED.email, phone = EXCLUDED.phone,
  fields = EXCLUDED.fields, tags = EXCLUDED.tags, consent = EXCLUDED.consent, "timeZone" = EXCLUDED."timeZone",
  language = EXCLUDED.language, claimed = EXCLUDED.claimed, "updatedAt" = EXCLUDED."updatedAt"`,
};
export const valuesOf = (contact: Contact): unknown[] => {
  const { id, userId, name, email, phone, fields, tags, consent, timeZone, language, claimed } = contact;
  return [
    ...[id, userId, name, email, phone, JSON.stringify(fields), tags, JSON.stringify(consent)],
    ...[timeZone, language, claimed, contact.createdAt, contact.updatedAt],
  ];
};
export const LINK: Statement = {
  name: 'link-contact',
  text: 'UPDATE "Session" SET "contactId" = $2 WHERE id = $1 AND "contactId" IS DISTINCT FROM $2',
};

/** From here on no session begins with this contact. */
export const HOLD: Statement = {
  name: 'hold-contact',
  text: `SELECT ${COLUMNS} FROM "Contact" WHERE id = $1 FOR UPDATE`,
};
/** In the order in which commits lock their sessions. */
export const REMOVE_SESSIONS: Statement = {
  name: 'remove-sessions-of-contact',
  text: `DELETE FROM "Session" WHERE id = ANY (ARRAY(
  SELECT id FROM "Session" WHERE "contactId" = $1 ORDER BY id FOR UPDATE)) RETURNING id`,
};
export const REMOVE: Statement = { name: 'remove-contact', text: 'DELETE FROM "Contact" WHERE id = $1' };

export type ContactRow = Omit<Contact, 'createdAt' | 'updatedAt'> & { createdAt: Date; updatedAt: Date };
export const contactFrom = (row: ContactRow): Contact => ({
  ...row,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});
