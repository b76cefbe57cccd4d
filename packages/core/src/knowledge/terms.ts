import { COMMON_WORDS } from './common-words.ts';

/** Scripts that write no spaces between words, or glue endings to them: pairs of signs stand for words. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u;
const WORDS = /[\p{L}\p{N}\p{M}]+/gu;
/** What French and Italian write together with the word it stands before: l'heure, dell'ora. */
const ELIDED = /(?<![\p{L}\p{N}])(?:qu|un|(?:d[ae]|a|ne|su)ll|[cdjlmnst])['’](?=\p{L})/giu;
/** A letter that is joined to a word, which as many write without the stroke: e-mail, e-bike, t-shirt. */
const JOINED = /(?<![\p{L}\p{N}])(\p{L})[-‐‑](?=\p{L}{2})/gu;
const ASCII = /^\p{ASCII}*$/u;

/** The words of a text that matter, in order, without case, accents and the endings that only bend them. */
export function termsOf(text: string): string[] {
  const terms: string[] = [];
  for (const [word] of plainOf(text).matchAll(WORDS)) {
    if (common.has(word)) continue;
    if (UNSPACED.test(word)) terms.push(...pairsIn(word));
    else terms.push(stemOf(word));
  }
  return terms;
}

/** Most words of a text have been seen before. */
const stems = new Map<string, string>();
const MOST_STEMS = 50_000;

function stemOf(word: string): string {
  const known = stems.get(word);
  if (known !== undefined) return known;
  if (stems.size >= MOST_STEMS) stems.clear();
  const found = stem(word);
  stems.set(word, found);
  return found;
}

/** One form of what is written in several: case, width, invisible joints, and the accents of scripts that can do without. */
function plainOf(given: string): string {
  const apart = /['’]/.test(given) ? given.replaceAll(ELIDED, ' ') : given;
  const text = /[-‐‑]/.test(apart) ? apart.replaceAll(JOINED, '$1') : apart;
  if (ASCII.test(text)) return text.toLowerCase();
  return text
    .replace(/[\u00ad\u200b-\u200d\u2060\ufeff]/g, '')
    .normalize('NFKD')
    .replace(
      /([\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Arabic}\p{Script=Hebrew}])\p{Mn}+/gu,
      '$1',
    )
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll('ß', 'ss');
}

const common = new Set(Object.values(COMMON_WORDS).flatMap((words) => plainOf(words).split(' ')));

function pairsIn(word: string): string[] {
  return word.split(/(?=[^\p{ASCII}])|(?<=[^\p{ASCII}])/u).flatMap((sign, at, all) => {
    if (ASCII.test(sign)) return [stem(sign)];
    const next = all[at + 1];
    if (next !== undefined && !ASCII.test(next)) return [sign + next];
    return at === 0 || ASCII.test(all[at - 1]!) ? [sign] : [];
  });
}

// Plural and verb endings of English and German, longest first: Porter's first step ("An algorithm for suffix
// stripping", 1980) without its exceptions, which also joins most German forms.
const ENDINGS: [RegExp, string][] = [
  [/(?:ational|ation|ations)$/, 'ate'],
  [/(?:iveness|fulness|ousness)$/, ''],
  [/(?:ungen|ung|heiten|keiten|heit|keit)$/, ''],
  [/ies$/, 'y'],
  [/ied$/, 'y'],
  [/sses$/, 'ss'],
  [/(?:ings|ing)$/, ''],
  [/(?:edly|ed)$/, ''],
  [/(?:ern|en|er|em|es|e)$/, ''],
  [/(?:ly)$/, ''],
  [/([^s])s$/, '$1'],
];
const MIN_STEM = 3;

/** One form for the forms of a word. */
export function stem(word: string): string {
  if (word.length <= MIN_STEM || /\d/.test(word)) return word;
  for (const [ending, instead] of ENDINGS) {
    const cut = word.replace(ending, instead);
    if (cut !== word && cut.length >= MIN_STEM) return undoubled(cut);
  }
  return word;
}

/** `running` is `runn`, `run` is `run`. */
const undoubled = (word: string) => word.replace(/([bdfgmnprt])\1$/, '$1');
