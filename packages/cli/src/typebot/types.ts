import { isArithmetic } from './arithmetic.ts';
import type { Variables } from './names.ts';
import { fieldOf, listIn, textIn, type Block, type Bot } from './shape.ts';

/** What a variable holds, as far as it is one thing throughout the bot. */
export type Type = 'text' | 'number' | 'boolean' | 'date' | 'time' | 'list' | 'map' | 'any';
export interface Types {
  /** By its name in the workflow; `any` where it is unknown or several things. */
  of(name: string): Type;
}

/** Finds out what each variable holds, from all that sets it. */
export function typesOf(bot: Bot, variables: Variables): Types {
  const byId = new Map<string, Type>();
  const hints = bot.groups.flatMap(({ blocks }) => blocks.flatMap(hintsIn));
  const callers = new Map(variables.all.map(({ called, id }) => [called.trim(), id]));
  for (const { id, value } of variables.all) {
    if (Array.isArray(value)) hints.push([id, 'list']);
    // A text that is a number stands for one where nothing else is kept there.
    else if (typeof value === 'string' && value !== '')
      hints.push([id, isArithmetic(value) ? 'number' : 'text']);
  }
  // A copy has the type of what it copies, which may be a copy itself.
  for (let round = 0; round < ROUNDS; round++) {
    const found = new Map<string, Type>();
    for (const [id, type] of hints) {
      const isLast = round === ROUNDS - 1;
      const copied = (name: string) =>
        byId.get(callers.get(name.trim()) ?? '') ?? (isLast ? 'any' : undefined);
      const own = typeof type === 'string' ? type : copied(type.copyOf);
      if (own === undefined) continue;
      const other = found.get(id);
      found.set(id, other === undefined ? own : common(other, own));
    }
    byId.clear();
    for (const [id, type] of found) byId.set(id, type);
  }
  const byName = new Map(variables.all.map(({ id, name }) => [name, byId.get(id) ?? 'any']));
  return { of: (name) => byName.get(name) ?? 'any' };
}

const ROUNDS = 4;
const common = (a: Type, b: Type): Type => (a === b ? a : 'any');

type Hint = readonly [id: string, type: Type | { copyOf: string }];

const ANSWERS: Readonly<Record<string, Type>> = {
  'text input': 'text',
  'email input': 'text',
  'url input': 'text',
  'phone number input': 'text',
  'number input': 'number',
  'rating input': 'number',
  'date input': 'date',
  'time input': 'time',
  'file input': 'map',
};

/** What a block keeps, and where. */
function hintsIn(block: Block): Hint[] {
  const { type, options } = block;
  const id = textIn(options, 'variableId');
  const own = (found: Type | { copyOf: string }): Hint[] => (id === undefined ? [] : [[id, found]]);
  const answer = Object.hasOwn(ANSWERS, type) ? ANSWERS[type] : undefined;
  if (answer) return own(answer);
  if (type === 'choice input' || type === 'picture choice input') {
    const isDynamic =
      textIn(options, 'dynamicVariableId') ?? textIn(fieldOf(options, 'dynamicItems'), 'titlesVariableId');
    return own(options.isMultipleChoice === true ? 'list' : isDynamic === undefined ? 'text' : 'any');
  }
  if (type === 'Set variable') {
    const found = setType(block);
    return found === null ? [] : own(found);
  }
  if (type === 'cards input')
    return listIn(options, 'saveResponseMapping').flatMap((each): Hint[] => {
      const to = textIn(each, 'variableId');
      return to === undefined ? [] : [[to, 'text']];
    });
  return ['responseMapping', 'responseVariableMapping', 'variablesToExtract'].flatMap((key) =>
    listIn(options, key).flatMap((each): Hint[] => {
      const to = textIn(each, 'variableId');
      if (to === undefined) return [];
      return [
        [to, key === 'responseMapping' ? 'text' : key === 'variablesToExtract' ? extractedType(each) : 'any'],
      ];
    }),
  );
}

/** What a value that a model finds is kept as. */
function extractedType(each: unknown): Type {
  const type = textIn(each, 'type');
  return type === 'number' || type === 'boolean' ? type : 'text';
}

function setType({ options }: Block): Type | { copyOf: string } | null {
  const kind = textIn(options, 'type') ?? 'Custom';
  if (kind === 'Append value(s)') return 'list';
  if (kind === 'Today' || kind === 'Yesterday' || kind === 'Tomorrow') return 'date';
  if (kind === 'Pop' || kind === 'Shift' || kind === 'Empty') return null;
  if (kind !== 'Custom') return 'text';
  const source = textIn(options, 'expressionToEvaluate');
  if (source === undefined) return null;
  const copied = /^\s*\{\{([^{}]+)\}\}\s*$/.exec(source);
  if (copied) return { copyOf: copied[1]! };
  if (isArithmetic(source)) return 'number';
  return /^\s*\[[\s\S]*\]\s*$/.test(source) ? 'list' : 'text';
}
