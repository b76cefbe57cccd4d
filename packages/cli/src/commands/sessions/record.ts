import type { Context } from '../../context.ts';
import { transcriptOf } from '../../conversation/recall.ts';
import { allOf } from '../../pages.ts';

/** Writes a conversation that took place down as a test of its workflow, and says what has to be added by hand. */
export async function record(context: Context, id: string, { name }: { name?: string }): Promise<void> {
  const { out } = context;
  const { api } = await context.open();
  const [session, messages, logs] = await Promise.all([
    api.sessions.get({ id }),
    transcriptOf(api, id),
    allOf((page) => api.logs.list({ ...page, sessionId: id })),
  ]);
  const [{ recorded }, { writeConversations }] = await Promise.all([
    import('@crmflow/core/testing'),
    import('@crmflow/core'),
  ]);
  const { conversation, gaps } = recorded(
    name ?? `as at ${session.createdAt.slice(0, 19).replace('T', ' ')}`,
    {
      session,
      messages,
      logs: logs.reverse(),
    },
  );
  if (out.isJson) return out.json({ ...conversation, gaps });
  out.file(writeConversations([conversation]));
  for (const gap of gaps) out.talk(`To be added by hand. ${gap}`);
}
