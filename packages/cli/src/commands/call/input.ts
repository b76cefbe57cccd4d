import { text } from 'node:stream/consumers';
import type { Entry } from '@crmflow/core/contract';
import { fileGiven } from '../../file-given.ts';
import type { Io } from '../../io.ts';
import { wrongUse } from '../../wrong-use.ts';
import { fieldsOf } from './fields.ts';

interface Given {
  words: readonly string[];
  jsonInput?: string;
}

/** The input of a call: JSON, and on top of it what was given field by field. */
export async function inputFrom(entry: Entry, { words, jsonInput }: Given, io: Io): Promise<object> {
  const pairs = words.filter((word) => word !== '-');
  const isPiped = pairs.length < words.length || jsonInput === '-';
  if (isPiped && jsonInput !== undefined && jsonInput !== '-')
    throw wrongUse('- and --json-input are two inputs. Give one of them.');
  const json = isPiped ? await text(io.stdin) : jsonInput;
  const input: Record<string, unknown> = { ...objectIn(json ?? '{}') };
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    if (at < 1) throw wrongUse(`${pair}: write it as name=value.`);
    const name = pair.slice(0, at);
    // Not by assignment: a field may have any name.
    Object.defineProperty(input, name, {
      value: await valueOf(entry, name, pair.slice(at + 1), io),
      ...{ enumerable: true, configurable: true, writable: true },
    });
  }
  return input;
}

function objectIn(json: string): object {
  const value = jsonIn(json);
  if (typeof value?.json === 'object' && value.json !== null && !Array.isArray(value.json)) return value.json;
  throw wrongUse('The input is no JSON object. Write it like {"name": "Callback"}.');
}

async function valueOf(entry: Entry, name: string, given: string, { cwd }: Io): Promise<unknown> {
  if (name === entry.op.upload) {
    if (given.startsWith('@')) return fileGiven(given.slice(1), cwd);
    throw wrongUse(`${name} is a file: write ${name}=@path.`);
  }
  const kind = fieldsOf(entry.op).get(name) ?? 'text';
  // What may be a text is one, so that nobody has to quote twice.
  if (kind === 'text') return given;
  const value = jsonIn(given);
  if (value) return value.json;
  if (kind === 'any') return given;
  throw wrongUse(`${name}: ${given} is no JSON, and a text it cannot be.`);
}

function jsonIn(given: string): { json: unknown } | null {
  try {
    return { json: JSON.parse(given) };
  } catch {
    return null;
  }
}
