import { didYouMean } from '../language/closest.ts';
import { fits, IN_WORDS, type Declared } from '../language/types.ts';
import type { SubflowData } from '../nodes/logic/subflow.ts';
import type { Called, Callables } from './called.ts';
import type { Look } from './look.ts';
import { callIn } from './step.ts';
import type { Problem } from './workflow.ts';

/** What is wrong with calls: of workflows that are not there, with what they do not take, for what they never set. */
export const wrongCalls = ({ sound }: Look, declared: Declared, callables: Callables): Problem[] =>
  [...sound.values()].flatMap((step) => {
    const call = callIn(step);
    if (!call) return [];
    const at = (field: string, message: string): Problem => ({
      severity: 'error',
      nodeId: step.id,
      field,
      message,
    });
    const called = callables.get(call.workflow);
    if (called)
      return [...wrongInputs(call, called, declared), ...wrongResults(call, called)].map(
        ({ field, message }) => at(field, `${step.id}, ${field}: ${message}`),
      );
    const hint = didYouMean(call.workflow, callables.names) || PATH;
    return [at('workflow', `${step.id} calls the workflow ${call.workflow}, which is not there.${hint}`)];
  });

const PATH = ' A workflow in another file is called by its path: ./other.workflow.yaml.';

interface Wrong {
  field: string;
  message: string;
}

function wrongInputs({ workflow, inputs }: SubflowData, called: Called, declared: Declared): Wrong[] {
  if (!called.inputs) return [];
  const taken = new Map(called.inputs.map((input) => [input.name, input]));
  const given = Object.entries(inputs).flatMap(([name, value]): Wrong[] => {
    const field = `inputs.${name}`;
    const input = taken.get(name);
    if (!input) {
      const takes = taken.size ? ` It takes: ${[...taken.keys()].join(', ')}.` : ' It takes none.';
      const hint = didYouMean(name, taken.keys()) || takes;
      return [{ field, message: `${workflow} declares no input ${name}.${hint}` }];
    }
    const actual = value.typeIn(declared);
    if (fits(actual, input.type)) return [];
    const [wanted, found] = [IN_WORDS[input.type], IN_WORDS[actual]];
    return [{ field, message: `${workflow} takes ${wanted} here, but ${value.source} is ${found}.` }];
  });
  const missing = called.inputs
    .filter((input) => input.required && input.default === undefined && !Object.hasOwn(inputs, input.name))
    .map(({ name, type }) => ({
      field: 'inputs',
      message: `${workflow} needs the input ${name} (${type}), which is not given.`,
    }));
  return [...given, ...missing];
}

const wrongResults = ({ workflow, results }: SubflowData, { variables }: Called): Wrong[] =>
  Object.entries(results)
    .filter(([, there]) => !variables.has(there))
    .map(([here, there]) => {
      const own = [...variables.keys()].filter((name) => name !== 'error');
      const sets = own.length ? ` It sets: ${own.join(', ')}.` : ' It sets nothing.';
      const hint = didYouMean(there, own) || sets;
      return { field: `results.${here}`, message: `${workflow} never sets ${there}.${hint}` };
    });
