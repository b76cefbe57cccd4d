import { apiFrom, callService, type Crmflow, type Services } from './contract/index.ts';
import type { Actor, Operation } from './contract/operation.ts';
import { CrmflowError } from './errors.ts';
import { createRunner, type RunnerPorts } from './runner/runner.ts';
import { createSearch } from './services/search.ts';
import { createLogs } from './services/logs.ts';
import { createSessions, eventFor } from './services/sessions.ts';
import { createTemplates } from './services/templates.ts';
import type { Templates } from './workflow/template.ts';
import { createVersions } from './services/versions.ts';
import { createWorkflows } from './services/workflows.ts';
import type { SessionEvent } from './session/session.ts';

/** All that an app is made of. */
export interface Ports extends Omit<RunnerPorts, 'search'> {
  templates: Templates;
}

/** Hears what a session told, after it was stored. */
export type Listener = (sessionId: string, events: readonly SessionEvent[]) => void;

export interface App {
  /** CRMFlow as this actor may use it. */
  as(actor: Actor): Crmflow;
  /** Hears every session, with what only owners may see; gives how to stop hearing. */
  subscribe(listener: Listener): () => void;
  /** Moves on every session that is due: its wait is over, or its last run was cut short. Gives how many. */
  tick(): Promise<number>;
  /** After a start, when nobody else runs on this database: goes on with every run that was cut short. */
  recover(): Promise<number>;
}

/** The one door. Whoever comes in, by HTTP, by socket or in this process, is checked here and nowhere else. */
export function createApp(ports: Ports): App {
  const listeners = new Set<Listener>();
  const runner = createRunner({ ...ports, search: createSearch() }, (id, events) => {
    for (const listener of listeners) listener(id, events);
  });
  const versions = createVersions({ ...ports, isKept: runner.hasRun });
  const { readable, ...sessions } = createSessions({ ...ports, versions, runner });
  const services: Services = {
    workflows: createWorkflows({ ...ports, versions, runner }),
    templates: createTemplates(ports.templates),
    sessions,
    logs: createLogs(ports),
  };

  function subscribe(listener: Listener) {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  return {
    as(actor) {
      const api = apiFrom((entry) => async (input) => {
        authorize(entry.op, actor);
        return callService(services, entry, actor, parse(entry.op, input));
      });
      const watch: Crmflow['watch'] = async (sessionId, hear) => {
        const { rights } = await readable(actor, sessionId);
        return subscribe((id, events) => {
          if (id === sessionId) for (const event of events) hear(eventFor(rights, event));
        });
      };
      return { ...api, watch };
    },
    subscribe,
    tick: runner.tick,
    recover: runner.recover,
  };
}

function parse(op: Operation, input: unknown) {
  const result = op.input.safeParse(input ?? {});
  if (result.success) return result.data;
  const [first] = result.error.issues;
  const where = first!.path.join('.');
  throw new CrmflowError(
    'invalid_input',
    `${where ? `${where}: ` : ''}${first!.message}`,
    result.error.issues,
  );
}

function authorize(op: Operation, actor: Actor) {
  if (op.access !== 'user' || actor.role === 'user') return;
  throw new CrmflowError('unauthenticated', `${op.summary}: log in first.`);
}
