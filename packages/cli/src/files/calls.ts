import type { Graph } from '@crmflow/core';

type Nodes = Pick<Graph, 'nodes'>;

/** The names by which a graph calls other workflows. */
export const called = ({ nodes }: Nodes): string[] => nodes.flatMap((node) => calledBy(node) ?? []);

const calledBy = ({ type, data }: Graph['nodes'][number]): string | undefined =>
  type === 'logic' && data.kind === 'subflow' && typeof data.workflow === 'string'
    ? data.workflow
    : undefined;

/** The same graph with the workflows it calls under other names. */
export const withCalls = <G extends Nodes>(graph: G, rename: (name: string) => string): G => ({
  ...graph,
  nodes: graph.nodes.map((node) => {
    const name = calledBy(node);
    return name === undefined ? node : { ...node, data: { ...node.data, workflow: rename(name) } };
  }),
});
