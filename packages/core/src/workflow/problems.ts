import { didYouMean } from '../language/closest.ts';
import { callablesIn, type Callables } from './called.ts';
import { wrongCalls } from './calls.ts';
import { wrongEdges } from './edges.ts';
import { lookAt, type Look } from './look.ts';
import { brokenLoops, deadEnds, loopsWithoutWait, unreachable } from './shape.ts';
import type { SoundNode } from './step.ts';
import { declaredIn, misusedVariables, unsetVariables } from './variables.ts';
import type { Graph, Node, Problem } from './workflow.ts';
import { wrongSettings } from './wrong-settings.ts';

/** Everything wrong with a graph, in words its author can act on; without an error in it, it is sound and may run. */
export function problems(graph: Graph, subflows?: Record<string, Graph>): Problem[] {
  return problemsIn(lookAt(graph), subflows ? callablesIn(looksAt(subflows), []) : null);
}

/**
 * The problems of a graph and of every workflow it calls. `names` are of other workflows that may be called: one of them
 * may have been meant.
 */
export function allProblems(
  graph: Graph,
  subflows: Record<string, Graph>,
  names: readonly string[] = [],
): Problem[] {
  const looks = looksAt(subflows);
  const callables = callablesIn(looks, names);
  const inside = [...looks].flatMap(([name, look]) =>
    problemsIn(look, callables)
      .filter(({ severity }) => severity === 'error')
      .map((problem) => ({ ...problem, message: `In the workflow ${name} it calls: ${problem.message}` })),
  );
  return [...problemsIn(lookAt(graph), callables), ...inside];
}

const looksAt = (graphs: Record<string, Graph>): ReadonlyMap<string, Look> =>
  new Map(Object.entries(graphs).map(([name, graph]) => [name, lookAt(graph)]));

/** Null for what is called when nobody has looked it up. */
function problemsIn(look: Look, callables: Callables | null): Problem[] {
  const { graph, sound } = look;
  const ids = new Set(graph.nodes.map(({ id }) => id));
  const declared = declaredIn(look, callables);
  const edges = wrongEdges(look, callables);
  // One edge that leads astray would leave all behind it unreached: it alone is to be mended.
  const isAstray = edges.some(({ severity }) => severity === 'error');
  return [
    ...wrongSettings(graph),
    ...triggers(graph.nodes),
    ...duplicates(graph),
    ...look.unsound.flatMap((each) => each.problems),
    ...[...sound.values()].flatMap((step) => ownProblems(step, ids)),
    ...(callables ? wrongCalls(look, declared, callables) : []),
    ...edges,
    ...misusedVariables(look, declared),
    ...unsetVariables(look, declared),
    ...loopsWithoutWait(look, callables),
    ...brokenLoops(look),
    ...(isAstray ? [] : unreachable(look)),
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

function ownProblems(step: SoundNode, ids: ReadonlySet<string>): Problem[] {
  const at = { severity: 'error', nodeId: step.id } as const;
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
  ];
}
