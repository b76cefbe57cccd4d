import type { Edge, Graph, Node } from './workflow.ts';

/** A graph as a Mermaid flowchart, as https://mermaid.js.org/syntax/flowchart.html describes it. */
export function mermaid({ nodes, edges }: Pick<Graph, 'nodes' | 'edges'>): string {
  // Ids of our own: an author's `end` or `a-->b` would be words of the language.
  const names = new Map(nodes.map(({ id }, at) => [id, `n${at}`]));
  const boxes = nodes.map((node) => `  ${names.get(node.id)}${boxOf(node)}`);
  const arrows = edges.flatMap((edge) => arrowOf(edge, names) ?? []);
  return ['flowchart TD', ...boxes, ...arrows].join('\n') + '\n';
}

const shapes: Record<Node['type'], readonly [string, string]> = {
  trigger: ['([', '])'],
  speak: ['[', ']'],
  listen: ['[/', '/]'],
  ai: ['[[', ']]'],
  logic: ['{', '}'],
  integration: ['[(', ')]'],
};

function boxOf({ id, type, label }: Node): string {
  const [open, close] = shapes[type];
  return `${open}${quoted(label || id)}${close}`;
}

function arrowOf(
  { sourceNodeId, sourcePort, targetNodeId }: Edge,
  names: ReadonlyMap<string, string>,
): string | null {
  const [from, to] = [names.get(sourceNodeId), names.get(targetNodeId)];
  if (!from || !to) return null;
  return `  ${from} -->${sourcePort === 'out' ? '' : `|${quoted(sourcePort)}|`} ${to}`;
}

/** Mermaid knows no backslash: what could end the label, start markup or break the line is written as an entity. */
function quoted(text: string): string {
  const escaped = text.replace(/[^\p{L}\p{N}_ .,:?!'()/+-]/gu, entity);
  return `"${escaped.replace(/^\d+\.|^[+-]/, (start) => start.slice(0, -1) + entity(start.slice(-1)))}"`;
}
const entity = (character: string) => `#${character.codePointAt(0)};`;
