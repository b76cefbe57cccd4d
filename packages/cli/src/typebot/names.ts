import type { Bot } from './shape.ts';

/** Gives each name once: the second `welcome` is `welcome_2`. */
export function uniqueNames(longest: number, taken: Iterable<string> = []): (wanted: string) => string {
  const given = new Set(taken);
  const last = new Map<string, number>();
  return (wanted) => {
    const start = wanted.slice(0, longest);
    for (let count = last.get(start) ?? 1; ; count++) {
      const name = count === 1 ? start : `${start.slice(0, longest - 5)}_${count}`;
      if (given.has(name)) continue;
      given.add(name);
      last.set(start, count + 1);
      return name;
    }
  };
}

/** `Bye, cheerful!` → `bye_cheerful`; empty where there is no letter. */
export const slug = (words: string, between = '_'): string =>
  plain(words)
    .replace(/[^\p{L}\p{N}]+/gu, between)
    .slice(0, 40)
    .replace(/^[_-]+|[_-]+$/g, '');
const plain = (words: string) => words.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

/** The variables of a bot under the names they have in the workflow, and which of them are read and set. */
export interface Variables {
  /** The name of a variable that is read, by its id. */
  read(id: string | undefined): string | undefined;
  /** The name of a variable that is read, by what the bot calls it. */
  readNamed(name: string): string | undefined;
  /** The name of a variable that is set, by its id. */
  set(id: string | undefined): string | undefined;
  /** A variable that the bot has not, for what the workflow needs one for. */
  make(wanted: string): string;
  all: readonly Variable[];
}
export interface Variable {
  id: string;
  /** In the bot. */
  called: string;
  /** In the workflow. */
  name: string;
  value: unknown;
  isRead: boolean;
  isSet: boolean;
}

/** Words of the two languages, which no variable may be called. */
const RESERVED =
  'now today message error true false null in constructor prototype as break const continue else for function if import let loop package namespace return var void while empty nil blank forloop contains and or not contact'.split(
    ' ',
  );

/** Names every variable of a bot: letters, digits and `_`, each once. Of two with one id the first counts. */
export function variablesOf(bot: Bot): Variables {
  const unique = uniqueNames(60, RESERVED);
  const byId = new Map<string, Variable>();
  const byName = new Map<string, Variable>();
  for (const { id, name: called, value } of bot.variables) {
    if (byId.has(id)) continue;
    const variable = { id, called, name: unique(nameFor(called)), value, isRead: false, isSet: false };
    byId.set(id, variable);
    if (!byName.has(called.trim())) byName.set(called.trim(), variable);
  }
  const read = (found: Variable | undefined) => {
    if (found) found.isRead = true;
    return found?.name;
  };
  return {
    read: (id) => read(byId.get(id ?? '')),
    readNamed: (name) => read(byName.get(name.trim())),
    set(id) {
      const found = byId.get(id ?? '');
      if (found) found.isSet = true;
      return found?.name;
    },
    make: (wanted) => unique(wanted),
    all: [...byId.values()],
  };
}

function nameFor(called: string): string {
  const name = plain(called.replace(/([a-z])([A-Z])/g, '$1_$2'))
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
  if (name === '') return 'variable';
  return /^\d/.test(name) ? `variable_${name}` : name;
}

/** Whether a name says that what bears it is a secret. */
export const isSecret = (name: string): boolean =>
  /api[ _-]?key|secret|token|passw|authori[sz]ation|credential|cookie|x-auth|access[ _-]?key|private[ _-]?key|signature/i.test(
    name,
  );
