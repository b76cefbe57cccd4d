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

  return ({ nodeId, edgeId, field }) => {
    const keys = field === undefined ? [] : field.split('.');
    const found =
      (keys[0] !== undefined && TOP.has(keys[0]) && deepest(contents, keys)) ||
      (edgeId !== undefined && deepest(contents, ['edges', String(edgeIds.indexOf(edgeId))])) ||
      (nodeId !== undefined && deepest(nodeIn(contents, nodeId), keys.length ? ['data', ...keys] : []));
    return found && found.range ? counter.linePos(found.range[0]).line : undefined;
  };
}

/** What a path from the top begins with. */
const TOP = new Set(['nodes', 'edges', 'settings', 'knowledge', 'name', 'description', 'isPublic']);

function nodeIn(contents: unknown, id: string): YamlNode | null {
  const nodes = isMap(contents) ? contents.get('nodes', true) : null;
  const found = isSeq(nodes) ? nodes.items.find((item) => isMap(item) && item.get('id') === id) : null;
  return isNode(found) ? found : null;
}

/** As far as a path leads: the key where one is written, since a text may begin on the line below. */
function deepest(from: unknown, path: readonly string[]): YamlNode | null {
  let here = isNode(from) ? from : null;
  let place = here;
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
