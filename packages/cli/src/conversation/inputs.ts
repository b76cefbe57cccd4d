import type { Graph } from '@crmflow/core';
import { wrongUse } from '../wrong-use.ts';

type Json = Graph['nodes'][number]['data'][string];

/** Reads `--var name=value` by the types a workflow declares; the engine judges what it declares no input for. */
export function inputsFrom(pairs: readonly string[], { nodes }: Pick<Graph, 'nodes'>): Record<string, Json> {
  const types = declaredInputs(nodes);
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw wrongUse(`--var ${pair}: write it as name=value.`);
      const name = pair.slice(0, at);
      return [name, valueOf(pair.slice(at + 1), types.get(name) ?? 'any', name)];
    }),
  );
}

function declaredInputs(nodes: Graph['nodes']): Map<string, string> {
  const inputs = nodes.find(({ type }) => type === 'trigger')?.data.inputs;
  const listed = Array.isArray(inputs) ? inputs : [];
  return new Map(
    listed.flatMap((input) => (isNamed(input) ? [[input.name, input.type ?? 'text'] as const] : [])),
  );
}
const isNamed = (input: Json): input is { name: string; type?: string } =>
  typeof input === 'object' && input !== null && !Array.isArray(input) && typeof input.name === 'string';

function valueOf(text: string, type: string, name: string): Json {
  switch (type) {
    case 'number': {
      const number = Number(text);
      if (text.trim() === '' || !Number.isFinite(number))
        throw wrongUse(`--var ${name}: ${text} is not a number.`);
      return number;
    }
    case 'boolean':
      if (/^(true|yes|1)$/i.test(text)) return true;
      if (/^(false|no|0)$/i.test(text)) return false;
      throw wrongUse(`--var ${name}: write true or false, not ${text}.`);
    case 'list':
    case 'map': {
      const value = jsonIn(text);
      if (value === undefined) throw wrongUse(`--var ${name}: a ${type} is written as JSON.`);
      return value;
    }
    case 'any':
      return jsonIn(text) ?? text;
    default:
      return text;
  }
}

function jsonIn(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
