import { wallIn } from '../language/calendar.ts';
import { didYouMean } from '../language/closest.ts';
import { english } from '../nodes/listen/read/texts-en.ts';
import { isGerman } from '../nodes/listen/read/words.ts';
import type { Graph, Problem, Settings } from './workflow.ts';

/** What is wrong with the settings: an error for what would fail a conversation, else a warning. */
export const wrongSettings = ({ settings }: Graph): Problem[] =>
  [
    wrongTimeZone(settings),
    wrongLanguage(settings),
    wrongCountry(settings),
    ...wrongCountries(settings),
    ...wrongTexts(settings),
  ].flatMap((wrong) => {
    if (!wrong) return [];
    const field = `settings.${wrong.field}`;
    return [{ severity: wrong.severity, field, message: `${field}: ${wrong.message}` }];
  });

type Wrong = Pick<Problem, 'severity' | 'message'> & { field: string };

function wrongTimeZone({ timeZone }: Settings): Wrong | undefined {
  try {
    wallIn(new Date(0), timeZone);
    return undefined;
  } catch {
    const hint =
      didYouMean(timeZone, Intl.supportedValuesOf('timeZone')) || ' Write one such as Europe/Berlin.';
    return {
      severity: 'error',
      field: 'timeZone',
      message: `There is no time zone ${timeZone || '""'}.${hint}`,
    };
  }
}

function wrongLanguage({ language }: Settings): Wrong | undefined {
  if (!isTag(language)) {
    const tag = language.replaceAll('_', '-');
    const hint = isTag(tag) ? ` Did you mean ${tag}?` : ' Write one such as en or pt-BR.';
    return { severity: 'error', field: 'language', message: `${language} is no language tag.${hint}` };
  }
  if (isEnglish(language) || isGerman(language)) return undefined;
  const meant = Object.entries(NAMES).find(([name]) => name === language.toLowerCase())?.[1];
  const hint = meant === undefined ? '' : ` Did you mean ${meant}?`;
  return {
    severity: 'warning',
    field: 'language',
    message: `${language} is no language we read answers in (en, de): days, months and numbers in words are read in English, and the built-in texts are English.${hint}`,
  };
}
const isEnglish = (language: string) => /^en(?![a-z])/i.test(language);
const NAMES = { english: 'en', german: 'de', deutsch: 'de' };

function isTag(language: string): boolean {
  try {
    return Intl.getCanonicalLocales(language).length === 1;
  } catch {
    return false;
  }
}

function wrongCountry({ country }: Settings): Wrong | undefined {
  const hint = country === undefined ? undefined : whyNoCountry(country);
  if (hint === undefined) return undefined;
  return {
    severity: 'warning',
    field: 'country',
    message: `There is no country ${country}, so phone numbers without a country code cannot be read.${hint}`,
  };
}

const wrongCountries = ({ sending: { countries = [] } }: Settings): Wrong[] =>
  countries.flatMap((country) => {
    const hint = whyNoCountry(country);
    if (hint === undefined) return [];
    const message = `There is no country ${country}, so it allows no number.${hint}`;
    return [{ severity: 'warning', field: 'sending.countries', message }];
  });

/** What is meant by a code that is no country's, in words, or nothing; undefined when it is one's. */
function whyNoCountry(country: string): string | undefined {
  // What is no code itself may stand for one: UK for GB.
  const code = new Intl.Locale(`und-${country}`).region;
  const isCountry =
    code !== undefined && new Intl.DisplayNames('en', { type: 'region', fallback: 'none' }).of(code);
  if (isCountry && code === country && !NO_COUNTRIES.includes(code)) return undefined;
  return isCountry && code !== country ? ` Did you mean ${code}?` : '';
}
/** Codes of unions and of nothing. */
const NO_COUNTRIES = ['EU', 'EZ', 'UN', 'ZZ'];

const wrongTexts = ({ texts }: Settings): Wrong[] =>
  Object.keys(texts)
    .filter((key) => !Object.hasOwn(english, key))
    .map((key) => ({
      severity: 'warning',
      field: `texts.${key}`,
      message: `There is no built-in text ${key}.${didYouMean(key, Object.keys(english))}`,
    }));
