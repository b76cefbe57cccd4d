import { taken, type Reading } from './reading.ts';
import { readText } from './text.ts';

/** That a contact takes. */
const MOST_CHARS = 200;
const MOST_WORDS = 4;
const GREETING =
  /^(?:hi|hello|hey|good (?:morning|day|evening)|hallo|moin|guten (?:morgen|tag|abend))[\s,.!]+/i;
/** After these comes a name, however it is written. */
const NAMED = /^(?:my (?:full |first |last )?name(?:['’]s| is)|ich hei(?:ß|ss)e|mein name ist)\s+(.+)$/i;
/** After these comes a name, or something else: a name where it is written as one. In German every noun is. */
const PERHAPS = /^(?:i(?:['’]m| am)|this is|it(?:['’]s| is)|(?:please )?call me)\s+(.+)$/i;
const WORD = /^\p{L}[\p{L}\p{M}'’.-]*$/u;
const PARTICLE =
  /^(?:van|von|vom|zu|zur|der|den|ten|ter|de|del|della|di|da|do|dos|du|la|le|bin|ibn|al|el|y|e)$/;
/** What refuses rather than names. */
const NONE =
  /^(?:not|no|none|nobody|a|an|the|irrelevant|private|secret|nicht|kein|keine|egal|geheim|unwichtig)$/i;

/** What somebody is called: the name alone where it certainly is one, else what was typed, as it is. */
export function readName(text: string): Reading<string> {
  const whole = readText(text, { maxLength: MOST_CHARS });
  return whole.ok ? taken(nameIn(whole.value) ?? whole.value) : whole;
}

function nameIn(typed: string): string | undefined {
  const said = typed.replace(GREETING, '').replace(/[.!]$/, '');
  const named = NAMED.exec(said)?.[1];
  if (named !== undefined) return isName(named) ? named : undefined;
  const perhaps = PERHAPS.exec(said)?.[1];
  return perhaps !== undefined && isName(perhaps) && isWrittenAsName(perhaps) ? perhaps : undefined;
}

const wordsIn = (text: string) => text.trim().split(/\s+/);

function isName(text: string): boolean {
  const words = wordsIn(text);
  return words.length <= MOST_WORDS && words.every((word) => WORD.test(word)) && !NONE.test(words[0]!);
}

const isWrittenAsName = (text: string): boolean =>
  wordsIn(text).every(
    (word, at, { length }) => /^\p{Lu}/u.test(word) || (at < length - 1 && PARTICLE.test(word)),
  );
