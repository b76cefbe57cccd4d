import { refused, taken, tidied, type Locale, type Reading } from './reading.ts';
import { folded, isFiller, knownLanguage } from './words.ts';

/**
 * Yes or no, in English and in the visitor's language (German, French, Spanish), as a word, a phrase or a sign. An answer that says both,
 * neither, or "yes, but" is refused.
 */
export function readConfirm(text: string, locale: Pick<Locale, 'language'>): Reading<boolean> {
  const tidy = tidied(text);
  if (!tidy.ok) return tidy;
  if (tidy.value.length > MAX_ANSWER_CHARS) return refused('not_yes_or_no');
  const [sign, ...others] = new Set(tidy.value.replace(SIGN_DRESS, '').match(/[+-]1|./gu));
  // "jaaa", "nooo".
  const phrase = folded(tidy.value).replace(/(\p{L})\1{2,}/gu, '$1');
  const said =
    (others.length ? undefined : signs.get(sign ?? '')) ??
    phrases(locale).get(phrase) ??
    leading(phrase, phrases(locale));
  return said === undefined ? refused('not_yes_or_no') : taken(said);
}

/** What the first words say, if nothing after them takes it back. */
function leading(phrase: string, known: ReadonlyMap<string, boolean>): boolean | undefined {
  const words = phrase.split(' ', MAX_WORDS);
  const from = words.findIndex((word) => !preambles.has(word));
  const said = words.slice(Math.max(0, from));
  const { answer, length } = phraseAt(said, known);
  if (answer === undefined || words.length === MAX_WORDS) return undefined;
  // A single "right" or "good" opens many sentences; only a plain yes or no may be followed by news.
  const mayTell = plain.has(said[0] ?? '');
  for (let at = length; at < said.length;) {
    const rest = said.slice(at);
    const next = phraseAt(rest, known);
    // "No, I am ill" says "I am" and is no yes: only at its end does an answer give way to another of several words.
    const isAnswer = next.length === 1 || next.length === rest.length;
    if (next.answer === !answer && isAnswer) return undefined;
    const [word = ''] = rest;
    // "No, I have not" is as much a no as "no".
    if (next.answer !== answer && hedges.has(word) && (answer || !onlyAfterYes.has(word))) return undefined;
    if (next.answer !== answer && !mayTell && !isFiller(word)) return undefined;
    at += next.answer === answer ? next.length : 1;
  }
  return answer;
}

/** The longest yes or no that some words begin with. */
function phraseAt(
  words: string[],
  known: ReadonlyMap<string, boolean>,
): { answer?: boolean | undefined; length: number } {
  const length =
    [4, 3, 2].find((count) => count <= words.length && known.has(words.slice(0, count).join(' '))) ?? 1;
  return { answer: known.get(words.slice(0, length).join(' ')), length };
}

const MAX_WORDS = 40;
/** Longer is an essay. */
const MAX_ANSWER_CHARS = 400;
const SIGN_DRESS = /[\ufe0f\s!.\u{1f3fb}-\u{1f3ff}]/gu;
const signs: ReadonlyMap<string, boolean> = new Map([
  ...['👍', '✅', '✔', '☑', '👌', '🆗', '✓', '💯', '🙌', '+1'].map((sign) => [sign, true] as const),
  ...['👎', '❌', '✖', '✗', '🚫', '⛔', '🙅', '-1'].map((sign) => [sign, false] as const),
]);

const split = (list: string) => list.split(',').map((phrase) => phrase.trim());

const YES: { readonly [tongue: string]: readonly string[] } = {
  en: split(
    `y, ye, yes, yea, yeah, yeh, yep, yup, yas, ya, yess, aye, sure, sure thing, sure enough, ok, okay, okey, k, kk, fine, of course, certainly,
    absolutely, definitely, indeed, affirmative, correct, right, true, exactly, agreed, i agree, i accept, accept, accepted, confirm, confirmed, i confirm, i do, i am,
    i would, i will, i have, it is, that is right, thats right, thats correct, that is correct, please do, yes please, please, go ahead, go for it, do it, sounds good,
    looks good, all good, perfect, great, by all means, with pleasure, no problem, why not, sure why not, no objections, not a problem, you bet, totally, on, 1,
    no worries, all right, alright, cool, sounds great, that sounds good, that sounds great, works for me, that works, thats fine, that is fine, fine by me, fine with me, id love to, i would love to,
    would love to, id like that, i would like that, lets do it, lets go, hell yes, we do, we are, we have, we will, i can, we can, i think so`,
  ),
  de: split(
    `j, ja, jo, joa, jup, jep, jepp, jawohl, jawoll, yo, klar, na klar, klar doch, ja klar, na sicher, klaro, alles klar, aber klar, gern, gerne, aber gerne, sehr gerne, ja gerne, sicher, aber sicher,
    sicherlich, naturlich, natuerlich, aber naturlich, selbstverstandlich, selbstverstaendlich, auf jeden fall, auf alle falle, unbedingt, bestimmt, genau,
    stimmt, das stimmt, richtig, korrekt, passt, das passt, in ordnung, geht klar, einverstanden, bin einverstanden, ich bin einverstanden, okee, gut, bitte,
    ja bitte, freilich, wahr, stimme zu, ich stimme zu, bestatige, ich bestatige, kein problem, kein thema, warum nicht, will ich, mochte ich, mach das,
    jaa, ja doch, super, prima, perfekt, ist ok, ist okay, das ist ok, das ist okay, das ist in ordnung, geht in ordnung, das ist richtig, das ist korrekt, so ist es, machen wir, bin dabei, na gut,
    von mir aus, meinetwegen, wieso nicht, ich denke schon, ich glaube schon, denke schon, glaube schon`,
  ),
  fr: split(
    `o, oui, ouais, ouaip, si, bien sur, d accord, daccord, evidemment, certainement, absolument, tout a fait, exact, exactement, c est ca, cest ca, c est exact, volontiers, avec plaisir,
    pas de probleme, vrai, je confirme, je suis d accord, je suis daccord, oui merci, pourquoi pas`,
  ),
  es: split(
    `s, si, sip, claro, claro que si, por supuesto, desde luego, vale, de acuerdo, correcto, exacto, cierto, verdad, verdadero, asi es, esta bien, sin problema,
    con gusto, confirmo, si por favor, por favor`,
  ),
};

const NO: { readonly [tongue: string]: readonly string[] } = {
  en: split(
    `n, no, nope, nah, nay, noo, never, no way, no thanks, no thank you, not really, not at all, of course not, absolutely not, definitely not, certainly not, not now,
    not today, not yet, rather not, id rather not, i dont, i do not, im not, i am not, i wont, i would not, i wouldnt, i have not, i havent, it is not, it isnt, incorrect, wrong, false, not correct,
    not right, thats wrong, that is wrong, thats not right, that is not right, that is not correct, thats not correct, negative, decline, declined, i decline, disagree, i disagree, refuse, i refuse, please dont,
    please do not, dont, do not, by no means, under no circumstances, cancel, off, 0,
    unfortunately not, sadly not, im afraid not, i dont think so, i do not think so, i cant, i cannot, we dont, we do not, we cant, we cannot, we are not, we arent, we havent, we have not,
    i dont want to, i dont want that, i do not want that, not interested, im not interested, hell no, please no, thanks no, thank you no`,
  ),
  de: split(
    `nein, ne, nee, no, noe, nein danke, ne danke, nicht, auf keinen fall, auf gar keinen fall, keinesfalls, keineswegs, niemals, nie, lieber nicht, eher nicht, jetzt nicht, heute nicht,
    noch nicht, gar nicht, falsch, das ist falsch, stimmt nicht, das stimmt nicht, nicht richtig, nicht korrekt, passt nicht, das passt nicht, naturlich nicht, sicher nicht, bestimmt nicht, ablehnen, abgelehnt,
    ich lehne ab, will ich nicht, mochte ich nicht, nicht einverstanden, danke nein, unwahr, keine,
    leider nein, leider nicht, ich glaube nicht, ich denke nicht, glaube nicht, denke nicht, glaube ich nicht, nicht wirklich, nicht notig, nicht noetig, brauche ich nicht, kein interesse, kein bedarf,
    lass mal, bitte nicht, bitte nein, ich mochte nicht, ich moechte nicht, ich will nicht, geht nicht, das geht nicht, das ist nicht richtig, das ist nicht korrekt`,
  ),
  fr: split(
    `non, non merci, nan, jamais, pas du tout, pas vraiment, pas maintenant, bien sur que non, surement pas, faux, incorrect, pas question, ce n est pas ca, c est faux, je refuse`,
  ),
  es: split(
    `no gracias, nunca, jamas, para nada, en absoluto, claro que no, por supuesto que no, todavia no, ahora no, falso, incorrecto, de ninguna manera, no quiero`,
  ),
};

const made = new Map<string, ReadonlyMap<string, boolean>>();

/** What is yes and what is no in English and one more language, folded. */
function phrases({ language }: Pick<Locale, 'language'>): ReadonlyMap<string, boolean> {
  const tongue = knownLanguage(language).split('-')[0] ?? 'en';
  const known = made.get(tongue);
  if (known || !Object.hasOwn(YES, tongue)) return known ?? phrases({ language: 'en' });
  const tongues = tongue === 'en' ? ['en'] : ['en', tongue];
  const all = new Map<string, boolean>();
  for (const name of tongues) for (const phrase of YES[name] ?? []) all.set(phrase, true);
  for (const name of tongues) for (const phrase of NO[name] ?? []) all.set(phrase, false);
  made.set(tongue, all);
  return all;
}

const list = (words: string) => new Set(words.split(' '));
/** What people say before the answer. */
const preambles = list(
  'well hmm hm oh ah um er uh so ach also naja nun tja ahm aehm hey hi hello hallo danke thanks leider sorry',
);
/** Yes and no that stay so whatever follows, unless it is a hedge. */
const plain = list('yes yeah yep yup no nope nah ja jep jup jawohl nein nee noe oui ouais non si');
/** Words that leave a no as it is. */
const onlyAfterYes = list('not nicht rather lieber');
const hedges = list(
  'say see think check rather lieber but however maybe perhaps unless if depends not and or one idea clue opinion possibly although though unsure ' +
    'aber vielleicht wenn falls drauf darauf ahnung nicht oder jein eventuell obwohl doch mais peut si pas ou pero quiza quizas ni tal',
);
