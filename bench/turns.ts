import { openApp, type OpenOptions } from '../packages/core/src/open.ts';
import { tenNodes } from './ten-nodes.ts';

/** Opens an app with as many sessions waiting on the ten-node workflow. */
export async function openTalks(options: OpenOptions, count: number) {
  const { app, owner, close } = await openApp(options);
  const api = app.as(owner);
  const { id: workflowId } = await api.workflows.create({ ...tenNodes, name: `Bench ${process.pid}` });
  const ids: string[] = [];
  for (let at = 0; at < count; at++) ids.push((await api.sessions.start({ workflowId })).session.id);
  return {
    /** Every session takes `turns` turns, all sessions at once; gives how many turns were committed. */
    async round(sessions: number, turns: number): Promise<number> {
      await Promise.all(
        ids.slice(0, sessions).map(async (id) => {
          for (let turn = 0; turn < turns; turn++) await api.sessions.send({ id, message: 'again' });
        }),
      );
      return sessions * turns;
    },
    close,
  };
}
