import type { Context } from '../../context.ts';
import { wrongUse } from '../../wrong-use.ts';
import { transcriptOf } from '../../conversation/recall.ts';
import { allOf } from '../../pages.ts';
import type { SessionView } from '../../views.ts';
import { filterOf, workflowNames, type Which } from './keep.ts';

/** Exports sessions: one JSON document with their transcripts, or CSV with a row each. */
export async function exportAll(
  context: Context,
  ids: readonly string[],
  { csv, ...which }: Which & { csv?: boolean },
) {
  const { out } = context;
  if (csv && out.isJson) throw wrongUse('--csv and --json are two forms. Choose one.');
  const { api } = await context.open();
  const filter = await filterOf(api, which, context.io.cwd);
  const sessions = ids.length
    ? await Promise.all(ids.map((id) => api.sessions.get({ id })))
    : await allOf((page) => api.sessions.list({ ...page, ...filter }));
  if (csv) return out.file(await csvOf(sessions, await workflowNames(api)));
  const items = [];
  for (const session of sessions) items.push({ ...session, messages: await transcriptOf(api, session.id) });
  out.json({ items });
}

const own = [
  ...['session_id', 'workflow', 'status', 'outcome', 'reason', 'began_at', 'changed_at'],
  ...['by', 'number', 'contact_id'],
];

/** What a session learned, as a spreadsheet reads it: what looks like a formula is defused. */
async function csvOf(sessions: readonly SessionView[], nameOf: (id: string) => string): Promise<string> {
  const { stringify } = await import('csv-stringify/sync');
  const names = [...new Set(sessions.flatMap(({ variables }) => Object.keys(variables ?? {})))].sort();
  const head = [...own, ...names.map((name) => (own.includes(name) ? `variables.${name}` : name))];
  const rows = sessions.map(
    ({
      id,
      workflowId,
      status,
      outcome,
      reason,
      createdAt,
      updatedAt,
      channel,
      contactId,
      variables = {},
    }) => [
      ...[id, nameOf(workflowId), status, outcome, reason, createdAt, updatedAt],
      ...[channel?.kind, channel?.peer, contactId],
      ...names.map((name) => variables[name]),
    ],
  );
  return stringify([head, ...rows], {
    escape_formulas: true,
    cast: {
      boolean: String,
      // A number is no formula, although it may begin with a minus.
      number: (value) => ({ value: String(value), escape_formulas: false }),
      object: (value) => JSON.stringify(value),
    },
  });
}
