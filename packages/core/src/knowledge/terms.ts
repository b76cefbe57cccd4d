/** Scripts that write no spaces between words, or glue endings to them: pairs of signs stand for words. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u;
const WORDS = /[\p{L}\p{N}\p{M}]+/gu;
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
function plainOf(text: string): string {
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

const common = new Set(
  plainOf(
    'a an and are as at be been being but by can could did do does for from had has have he her his how i if in into is it its me my ' +
      'of on or our she so than that the their them then there these they this those to us was we were what when where which ' +
      'who whom whose why will with would you your ' +
      'aber als am an auch auf aus bei bin bis das dass dem den der des dich die du durch ein eine einem einen einer eines er es für ' +
      'habe haben hat ich ihr im in ist kann man mein mit nach nicht noch oder sein sich sie sind so über um und uns unter vom von ' +
      'vor wann warum was welche welcher welches wenn wer werden wie wir wird wo zu zum zur',
  ).split(' '),
);

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
