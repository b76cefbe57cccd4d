import type { Data, Json } from './made.ts';
import { isSecret, type Variable, type Variables } from './names.ts';
import { short } from './texts.ts';
import type { Types } from './types.ts';

/** What a conversation may be started with. */
export interface Declared {
  /** Inputs of the trigger: a hundred at most. */
  inputs: Data[];
  /** Variables beyond those, with the expression for their value. */
  later: Record<string, string>;
}

/** The variables a conversation may be started with: those that have a value, and those that are read and never set. */
export function declared(variables: Variables, types: Types, note: (sentence: string) => void): Declared {
  const unused = variables.all.filter(({ isRead, isSet }) => !isRead && !isSet);
  if (unused.length) note(`Nothing reads or sets ${listed(unused)}: left out.`);
  const wanted = variables.all.filter(
    ({ isRead, isSet, value }) => (isRead || isSet) && (!isSet || (value !== undefined && value !== null)),
  );
  const inputs = wanted.map((variable) => inputFor(variable, types, note));
  const unset = wanted.filter(({ value, isSet }) => !isSet && (value === undefined || value === null));
  if (unset.length)
    note(`Nothing sets ${listed(unset)}: empty, where a conversation is not started with a value.`);
  const later = inputs.slice(100).map(({ name, default: value }) => [name, JSON.stringify(value ?? null)]);
  return {
    inputs: inputs.slice(0, 100),
    later: Object.fromEntries(later) as Record<string, string>,
  };
}

function inputFor({ name, called, value }: Variable, types: Types, note: (sentence: string) => void) {
  const type = types.of(name);
  if (value !== undefined && value !== null && isSecret(called)) {
    note(`The value of the variable ${short(called)} looks like a secret and is not copied.`);
    return { name, type: 'any' };
  }
  const [text, list] = [
    typeof value === 'string' ? value : undefined,
    Array.isArray(value) ? value : undefined,
  ];
  if (text !== undefined && text !== '' && type === 'number' && Number.isFinite(Number(text)))
    return { name, type, default: Number(text) };
  const given: Json | undefined =
    text ?? list?.map((each) => (typeof each === 'string' ? each : JSON.stringify(each ?? null)));
  if (given === undefined) return { name, type: 'any' };
  return {
    name,
    type: (list && type === 'list') || (text !== undefined && type === 'text') ? type : 'any',
    default: given,
  };
}

const listed = (all: readonly Variable[]) =>
  all.map(({ called }) => short(called) || 'one without a name').join(', ');

/** Says which variables are called otherwise now. */
export function renamed({ all }: Variables, note: (sentence: string) => void): void {
  const others = all.filter(
    ({ name, called, isRead, isSet }) => name !== called.toLowerCase() && (isRead || isSet),
  );
  if (others.length)
    note(
      `Variables have new names: ${others.map(({ called, name }) => `${short(called)} is ${name}`).join(', ')}.`,
    );
}
