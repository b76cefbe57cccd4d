import { CrmflowError } from '../errors.ts';
import type { Json } from '../language/json.ts';
import { merged } from '../language/variables.ts';
import type { VariableType } from '../language/types.ts';
import { TriggerData } from '../nodes/trigger/manual.ts';
import type { Flow } from '../workflow/flow.ts';
import { draftOf, tell, viewOf, stepAt, type Advanced, type Draft } from './advance.ts';
import type { Session } from './session.ts';

export interface Beginning {
  id: string;
  workflowId: string;
  userId: string | null;
  starterId: string | null;
  tokenHash: string;
  mode: Session['mode'];
  /** Declared inputs by name; anything else is refused. */
  inputs: Record<string, Json>;
}

/** A new session at the trigger, with what it was given and the defaults of what it was not. */
export function begin(flow: Flow, { inputs, ...given }: Beginning, at: string): Advanced {
  const { wait, status } = resting(given.mode);
  const session: Session = {
    ...given,
    versionId: flow.versionId,
    status,
    wait,
    outcome: null,
    reason: null,
    nodeId: flow.main.trigger,
    graph: null,
    stack: [],
    memory: {},
    past: [],
    completed: [],
    variables: inputsOf(flow, inputs),
    inputs,
    wake: null,
    departure: null,
    attempt: 0,
    message: null,
    step: 0,
    seq: 0,
    dueAt: null,
    createdAt: at,
    updatedAt: at,
  };
  const draft = draftOf(flow, session, at);
  tell(draft, {
    type: 'session:started',
    workflowId: given.workflowId,
    activeNode: viewOf(session, stepAt(flow, session)),
    totalNodes: flow.main.steps.size,
  });
  return { session: draft.session, events: draft.events, lines: [] };
}

/** Back to the trigger with the inputs of the start; the transcript goes on. */
export function beginAgain({ session, flow }: Draft): void {
  Object.assign(session, resting(session.mode), {
    nodeId: flow.main.trigger,
    graph: null,
    stack: [],
    memory: {},
    past: [],
    completed: [],
    variables: inputsOf(flow, session.inputs),
    departure: null,
    message: null,
  } satisfies Partial<Session>);
}

const resting = (mode: Session['mode']): Pick<Session, 'status' | 'wait'> =>
  mode === 'auto'
    ? { status: 'running', wait: null }
    : { status: 'waiting', wait: { for: 'client', to: 'execute' } };

function inputsOf({ main }: Flow, given: Record<string, Json>) {
  const { inputs } = TriggerData.parse(main.steps.get(main.trigger)!.data);
  const declared = new Map(inputs.map((input) => [input.name, input]));
  for (const name of Object.keys(given))
    if (!declared.has(name))
      throw new CrmflowError(
        'invalid_input',
        `The workflow declares no input ${name}. ${inputs.length ? `It takes: ${[...declared.keys()].join(', ')}.` : 'It takes none.'}`,
      );
  const entries = inputs.flatMap(({ name, type, default: fallback, required }): [string, Json][] => {
    const value = given[name] ?? fallback;
    if (value === undefined && required)
      throw new CrmflowError('invalid_input', `The input ${name} (${type}) is missing.`);
    if (value === undefined) return [];
    if (!fits[type](value))
      throw new CrmflowError(
        'invalid_input',
        `The input ${name} must be a ${type}, not ${JSON.stringify(value)}.`,
      );
    return [[name, value]];
  });
  return merged(Object.fromEntries(entries));
}

const isText = (value: Json) => typeof value === 'string';
const fits: Record<VariableType, (value: Json) => boolean> = {
  text: isText,
  number: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  date: (value) => isText(value) && /^\d{4}-\d{2}-\d{2}$/.test(String(value)),
  time: (value) => isText(value) && /^\d{2}:\d{2}$/.test(String(value)),
  list: (value) => Array.isArray(value),
  map: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  any: () => true,
};
