import { didYouMean } from '../language/closest.ts';
import type { VariableType } from '../language/types.ts';
import { languageIn } from '../nodes/data.ts';
import { calledIn, type FindCalled } from './called.ts';
import { wrongEdges } from './edges.ts';
import { lookAt, type Look } from './look.ts';
import { brokenLoops, deadEnds, loopsWithoutWait, unreachable } from './shape.ts';
import { callIn, type SoundNode, type Step } from './step.ts';
import type { Graph, Node, Problem } from './workflow.ts';

/** Everything wrong with a graph, in words its author can act on; without an error in it, it is sound and may run. */
export function problems(graph: Graph, subflows?: Record<string, Graph>): Problem[] {
  return problemsIn(lookAt(graph), subflows ? calledIn(looksAt(subflows)) : null);
}

/** The problems of a graph and of every workflow it calls. */
export function allProblems(graph: Graph, subflows: Record<string, Graph>): Problem[] {
  const looks = looksAt(subflows);
  const find = calledIn(looks);
  const inside = [...looks].flatMap(([name, look]) =>
    problemsIn(look, find)
      .filter(({ severity }) => severity === 'error')
      .map((problem) => ({ ...problem, message: `In the workflow ${name} it calls: ${problem.message}` })),
  );
  return [...problemsIn(lookAt(graph), find), ...inside];
}

const looksAt = (graphs: Record<string, Graph>): ReadonlyMap<string, Look> =>
  new Map(Object.entries(graphs).map(([name, graph]) => [name, lookAt(graph)]));

/** Null for what is called when nobody has looked it up. */
function problemsIn(look: Look, find: FindCalled | null): Problem[] {
  const { graph, sound } = look;
  const ids = new Set(graph.nodes.map(({ id }) => id));
  return [
    ...triggers(graph.nodes),
    ...duplicates(graph),
    ...look.unsound,
    ...[...sound.values()].flatMap((step) => ownProblems(step, ids, find)),
    ...wrongEdges(look, find),
    ...variables([...sound.values()]),
    ...loopsWithoutWait(look, find),
    ...brokenLoops(look),
    ...unreachable(look),
    ...deadEnds(look),
  ];
}

function triggers(nodes: readonly Node[]): Problem[] {
  const found = nodes.filter(({ type }) => type === 'trigger');
  if (found.length === 1) return [];
  const message = found.length
    ? `A workflow begins at one trigger; this one has ${found.length}: ${found.map(({ id }) => id).join(', ')}.`
    : 'The workflow has no trigger to begin at. Add a node of the type trigger.';
  return [{ severity: 'error', ...(found[1] && { nodeId: found[1].id }), message }];
}

function duplicates({ nodes, edges: all }: Graph): Problem[] {
  return [
    ...repeated(nodes.map(({ id }) => id)).map((nodeId): Problem => ({
      severity: 'error',
      nodeId,
      message: `Two nodes have the id ${nodeId}.`,
    })),
    ...repeated(all.map(({ id }) => id)).map((edgeId): Problem => ({
      severity: 'error',
      edgeId,
      message: `Two edges have the id ${edgeId}.`,
    })),
  ];
}
function repeated(ids: string[]): string[] {
  const seen = new Set<string>();
  const again = new Set<string>();
  for (const id of ids) (seen.has(id) ? again : seen).add(id);
  return [...again];
}

function ownProblems(step: SoundNode, ids: ReadonlySet<string>, find: FindCalled | null): Problem[] {
  const at = { severity: 'error', nodeId: step.id } as const;
  const call = callIn(step);
  return [
    ...(step.kind.problems?.(step.data) ?? []).map(({ field, message }): Problem => ({
      ...at,
      field,
      message: `${step.id}, ${field}: ${message}`,
    })),
    ...(step.kind.targets?.(step.data) ?? [])
      .filter((target) => !ids.has(target))
      .map((target): Problem => ({
        ...at,
        field: 'to',
        message: `${step.id} leads to ${target}, which is not there.${didYouMean(target, ids)}`,
      })),
    ...(call && find && !find(call.workflow)
      ? [
          {
            ...at,
            field: 'workflow',
            message: `${step.id} calls the workflow ${call.workflow}, which is not there.`,
          },
        ]
      : []),
  ];
}

/** Every use of a variable nobody declares or sets, and every wrong type. */
function variables(steps: readonly SoundNode[]): Problem[] {
  const declared = declaredIn(steps);
  return steps.flatMap(({ id, data }) =>
    languageIn(data).flatMap(({ field, checked }) =>
      checked.problems(declared).map((message): Problem => ({
        severity: 'error',
        nodeId: id,
        field,
        message: `${id}, ${field}: ${message}`,
      })),
    ),
  );
}

/** The variables of a workflow with their types: what its nodes declare, ask for and set. */
export function declaredIn(steps: readonly Pick<Step, 'kind' | 'data'>[]): ReadonlyMap<string, VariableType> {
  let declared = new Map<string, VariableType>([['error', 'map']]);
  // A set may build on another set further on: types settle within as many rounds as they build on each other.
  for (let round = 0; round < 4; round++) {
    const found = new Map<string, VariableType>([['error', 'map']]);
    for (const { kind, data } of steps)
      for (const [name, type] of kind.sets?.(data, declared) ?? []) {
        const other = found.get(name);
        found.set(name, other === undefined || other === type ? type : 'any');
      }
    declared = found;
  }
  return declared;
}
