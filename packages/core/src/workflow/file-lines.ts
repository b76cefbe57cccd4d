import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, type Node as YamlNode } from 'yaml';
import type { Problem } from './workflow.ts';

/** Where a problem stands, as `problems` names it, or as the shape of files does: a path from the top. */
type Place = Pick<Problem, 'nodeId' | 'edgeId' | 'field'>;

/**
 * Finds the lines of a workflow file, JSON or YAML, at which problems stand, the first being 1. `edgeIds` are those of its
 * edges, in order: an arrow says none itself. Undefined where the text has no such place.
 */
export function linesIn(text: string, edgeIds: readonly string[] = []): (place: Place) => number | undefined {
  const counter = new LineCounter();
  const { contents } = parseDocument(text, { lineCounter: counter });
  const nodes = nodesIn(contents);
  const edges = new Map(edgeIds.map((id, at) => [id, String(at)]));

  return ({ nodeId, edgeId, field }) => {
    const keys = field === undefined ? [] : field.split('.');
    const isFromTop = (nodeId ?? edgeId) === undefined || /^(?:nodes|edges)\.\d/.test(field ?? '');
    const edge = edgeId === undefined ? undefined : edges.get(edgeId);
    const found =
      (isFromTop && keys.length > 0 && deepest(contents, keys)) ||
      (edge !== undefined && deepest(contents, ['edges', edge])) ||
      (nodeId !== undefined && keys.length > 0 && deepest(nodes.get(nodeId), ['data', ...keys])) ||
      (nodeId !== undefined && nodes.get(nodeId));
    return found && found.range ? counter.linePos(found.range[0]).line : undefined;
  };
}

function nodesIn(contents: unknown): Map<string, YamlNode> {
  const nodes = isMap(contents) ? contents.get('nodes', true) : null;
  const items = isSeq(nodes) ? nodes.items : [];
  return new Map(items.flatMap((item) => (isMap(item) ? [[String(item.get('id')), item] as const] : [])));
}

/** As far as a path leads: the key where one is written, since a text may begin on the line below. */
function deepest(from: unknown, path: readonly string[]): YamlNode | null {
  let here = isNode(from) ? from : null;
  // The whole of it is no place within.
  let place: YamlNode | null = null;
  for (const name of path) {
    const pair = isMap(here)
      ? here.items.find(({ key }) => isScalar(key) && String(key.value) === name)
      : undefined;
    const next: unknown = pair ? pair.value : isSeq(here) ? here.items[Number(name)] : undefined;
    if (!isNode(next)) break;
    here = next;
    place = pair && isNode(pair.key) ? pair.key : next;
  }
  return place;
}
