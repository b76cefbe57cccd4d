import type { z } from 'zod';
import type { Crmflow } from '../contract/index.ts';
import type { Json } from '../language/json.ts';
import type { SessionEvent } from '../session/session.ts';
import type { NodeType } from '../nodes/types.ts';
import type { Graph } from '../workflow/workflow.ts';
import { fromFile } from '../workflow/file.ts';
import { testWorld } from './world.ts';

/** A graph as a test writes it: edges as arrows, defaults left out. */
export interface Sketch {
  name?: string;
  settings?: z.input<typeof Graph>['settings'];
  knowledge?: z.input<typeof Graph>['knowledge'];
  nodes: readonly { id: string; type: NodeType; label?: string; data?: object }[];
  /** `a -> b`, `a.port -> b`. */
  edges: readonly string[];
}
type World = Parameters<typeof testWorld>[0];

export interface Conversation {
  events: SessionEvent[];
  api: Crmflow;
  id: string;
  /** Says something, and waits until the session rests again. */
  user(text: string): Promise<void>;
  /** Lets time pass. */
  pass(seconds: number): Promise<void>;
  session(): ReturnType<Crmflow['sessions']['get']>;
  /** The transcript, a line each: `bot: …`, `user: …`. */
  said(): string[];
}

/** Plays a graph, and reads like the conversation it checks. */
export async function converse(
  sketch: Sketch,
  world?: World,
  variables: Record<string, Json> = {},
): Promise<Conversation> {
  const { app, owner, told, pass } = testWorld(world);
  const api = app.as(owner);
  const { id: workflowId } = await api.workflows.create(fromFile({ name: 'test', ...sketch }, 'the sketch'));
  const { session } = await api.sessions.start({ workflowId, variables });
  const { id } = session;
  const events = () => told.filter(({ sessionId }) => sessionId === id).map(({ event }) => event);
  return {
    api,
    id,
    pass,
    get events() {
      return events();
    },
    user: async (text) => void (await api.sessions.send({ id, message: text })),
    session: () => api.sessions.get({ id }),
    said: () =>
      events().flatMap((event) =>
        event.type === 'session:message' ? [`${event.message.from}: ${event.message.text}`] : [],
      ),
  };
}
