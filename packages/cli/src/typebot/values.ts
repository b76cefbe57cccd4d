import { arithmetic } from './arithmetic.ts';
import { one, past, type Around, type Made } from './made.ts';
import { isSecret } from './names.ts';
import { textIn } from './shape.ts';
import { joined, quoted, short, soleVariable } from './texts.ts';

/** What a "Set variable" block becomes. */
export function setVariable(around: Around): Made {
  const { block, variables, note } = around;
  const id = textIn(block.options, 'variableId');
  const called = variables.all.find((each) => each.id === id)?.called;
  if (called === undefined) return past(note, 'names no variable that there is');
  const value = valueOf(around, called, id);
  if (value === null) return past(note, `what it sets ${short(called)} to has no counterpart`);
  if (value.length > LONGEST) return past(note, `what it sets ${short(called)} to is too long`);
  const name = variables.set(id)!;
  return one({
    name: 'set',
    type: 'logic',
    data: { kind: 'set', values: { [name]: value } },
    goesOn: /number\(|\+ \[/.test(value),
  });
}

/** Of an expression, in characters. */
const LONGEST = 10_000;

/** The expression for what is set; null where there is none. */
function valueOf(around: Around, called: string, id: string | undefined): string | null {
  const { block, variables, types, note } = around;
  const kind = textIn(block.options, 'type') ?? 'Custom';
  switch (kind) {
    case 'Custom':
      return custom(around, called);
    case 'Empty':
      return 'null';
    case 'Append value(s)': {
      const source = textIn(block.options, 'item') ?? '';
      const sole = soleVariable(source, around);
      const item = sole === undefined ? joined(source, around) : sole;
      const list = `default(${variables.read(id)}, [])`;
      return sole !== undefined && types.of(sole) === 'list'
        ? `${list} + default(${sole}, [])`
        : `${list} + [${item}]`;
    }
    case 'Today':
      return 'today';
    case 'Now':
      return 'now';
    case 'Yesterday':
      return 'addDays(today, -1)';
    case 'Tomorrow':
      return 'addDays(today, 1)';
    case 'Moment of the day':
      return 'time(now) < "06:00" ? "night" : time(now) < "12:00" ? "morning" : time(now) < "18:00" ? "afternoon" : time(now) < "22:00" ? "evening" : "night"';
    case 'Phone number':
      return 'text(contact.phone)';
    case 'Contact name':
      return 'text(contact.name)';
    case 'Transcript':
      note('models here see the conversation by themselves; its transcript is in no variable.');
      return null;
    default:
      return null;
  }
}

/** What looks like a program rather than like words. */
const CODE =
  /=>|\breturn\b|\bnew \w+\(|\b(?:Math|JSON|Date|Object|Array|String|Number)\b\s*[.(]|\w\(.*\)|\}\}\s*\.\w|;\s*$|\?.*:.*\{\{|\}\}.*\?.*:/s;

function custom(around: Around, called: string): string | null {
  const { block, note } = around;
  const source = textIn(block.options, 'expressionToEvaluate');
  if (source === undefined) return 'null';
  const sole = soleVariable(source, around);
  if (sole !== undefined) return sole;
  const sum = arithmetic(source, around);
  if (sum !== null) return sum;
  if (isSecret(called) && !source.includes('{{')) {
    note(`the value of ${short(called)} looks like a secret and is not copied.`);
    return null;
  }
  const literal = literalIn(source.trim());
  if (literal !== null) return literal;
  if (block.options.isCode === true || CODE.test(source)) {
    note(`its code is not copied: ${short(source)}`);
    return null;
  }
  return joined(source, around);
}

/** A text in quotes, or a list of texts and numbers. */
function literalIn(source: string): string | null {
  if (!/^(?:"[^]*"|'[^'\\]*'|\[[^]*\])$/.test(source) || source.includes('{{')) return null;
  if (source.startsWith("'")) return quoted(source.slice(1, -1));
  try {
    const value: unknown = JSON.parse(source);
    if (typeof value === 'string') return quoted(value);
    const isFlat =
      Array.isArray(value) && value.every((each) => typeof each === 'string' || typeof each === 'number');
    return isFlat ? JSON.stringify(value) : null;
  } catch {
    return null;
  }
}
