import type { Context } from '../../context.ts';

/** Says something to a visitor in place of the workflow. */
export async function reply(context: Context, id: string, message: string): Promise<void> {
  const { api } = await context.open();
  const { session } = await api.sessions.reply({ id, message });
  context.out.done('Said. The session stays with you: crmflow sessions hand-back gives it back.', session);
}

export async function handBack(
  context: Context,
  id: string,
  { port, say }: { port?: string; say?: string },
): Promise<void> {
  const { api } = await context.open();
  const { session } = await api.sessions.handBack({
    id,
    ...(port !== undefined && { port }),
    ...(say !== undefined && { message: say }),
  });
  context.out.done(`The workflow goes on: the session is ${session.status}.`, session);
}
