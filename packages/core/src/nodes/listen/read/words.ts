/** The text in small plain letters and digits, one space between words: case, accents and punctuation do not count. */
export const folded = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/[\p{M}'’]/gu, '')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/** The folded words of a text. */
export const wordsOf = (text: string): string[] => folded(text).split(' ').filter(Boolean);

/** Full-width and Arabic digits and marks as plain ones; typographic minus signs as `-`. */
export const plainDigits = (text: string): string =>
  text
    .replace(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) & 0xf))
    .replace(/[\u2212\u2013\u2010\u2011]/g, '-')
    .replaceAll('\u066b', '.')
    .replaceAll('\u066c', ',');

/** A language tag that `Intl` takes: a tag nobody knows becomes English. */
export function knownLanguage(language: string): string {
  try {
    return Intl.getCanonicalLocales(language.replaceAll('_', '-'))[0] ?? 'en';
  } catch {
    return 'en';
  }
}

/** Whether a language, whatever its region, is German; all the words we know besides are English. */
export const isGerman = (language: string): boolean => /^de(?![a-z])/i.test(language);

/** A number as the language writes it. */
export const writtenNumber = (value: number, language: string): string =>
  new Intl.NumberFormat(knownLanguage(language), { maximumFractionDigits: 15 }).format(value);

/** Zero to twelve, in English and German. */
export const spokenNumbers: ReadonlyMap<string, number> = new Map(
  [
    'zero null',
    'one ein eins eine einen einer einem',
    'two zwei zwo',
    'three drei',
    'four vier',
    'five funf fuenf',
    'six sechs',
    'seven sieben',
    'eight acht',
    'nine neun',
    'ten zehn',
    'eleven elf',
    'twelve zwolf zwoelf',
  ].flatMap((words, value) => words.split(' ').map((word) => [word, value] as const)),
);

/** First to tenth, in English and German. */
export const ordinals: ReadonlyMap<string, number> = new Map(
  [
    'first erste erster ersten erstes erstens',
    'second zweite zweiter zweiten zweites zweitens',
    'third dritte dritter dritten drittes drittens',
    'fourth vierte vierter vierten viertes',
    'fifth funfte funfter funften funftes fuenfte',
    'sixth sechste sechster sechsten sechstes',
    'seventh siebte siebter siebten siebtes',
    'eighth achte achter achten achtes',
    'ninth neunte neunter neunten neuntes',
    'tenth zehnte zehnter zehnten zehntes',
  ].flatMap((words, at) => words.split(' ').map((word) => [word, at + 1] as const)),
);

/** Words that add nothing to an answer. None of them may change what the words beside them mean. */
export const isFiller = (word: string): boolean => fillers.has(word);
const fillers = new Set(
  (
    'a about actually an and answer are around arrive arriving at be best better book can check checking circa ca come ' +
    'coming could date day do exactly fine for from give going good great guess have hello hey hi how i id ill im is ' +
    'it its ive just lets like make many maybe me meet mine my need of ok okay on only or ours people perfect ' +
    'please prefer preferably probably rather right roughly say see sharp should so start starting suits sure take ' +
    'thanks that thats the then there they think time to want was we well will with works would year yes you your ' +
    'birthday birthdate born number ' +
    'am an bin bitte circa dann das datum dem den der die es etwa fur fuer gegen gerne gern genau geht gut prima super geboren hallo ' +
    'habe haben ich ist ja kann konnte koennte kommen lieber machen mal meine mein mir moglich nehme nur passt punkt ' +
    'rund sagen sein so sind tag termin uhrzeit um und uns ungefahr ungefaehr vielleicht vom von wir war ware waere ' +
    'wurde wuerde will wollen zeit zum zirka geburtstag danke'
  ).split(' '),
);
