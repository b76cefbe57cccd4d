import { withDigits } from './spoken.ts';
import { isFiller, plainDigits, spokenNumbers } from './words.ts';

/** A time as a clock face shows it. */
export interface ClockTime {
  /** Since midnight. */
  minute: number;
  /** Said outright, counted from now, or open: twelve hours earlier or later is possible too. */
  how: 'said' | 'counted' | 'open';
}

const DAY = 24 * 60;
const HALF_DAY = DAY / 2;

/** More than a sentence is no time. */
export const MAX_TIME_CHARS = 120;

/** Reads a time of day in digits or words, English or German; undefined when it is none, or more than one. */
export function clockTime(text: string, nowMinute: number): ClockTime | undefined {
  if (text.length > MAX_TIME_CHARS || /\b(?:or|oder)\b/i.test(text)) return undefined;
  const plain = plainDigits(text)
    .toLowerCase()
    .replace(/([ap])\.\s?m\b\.?/g, '$1m')
    .replace(/\bo['’]?\s?clock\b/g, ' ')
    .replace(/['’]/g, '')
    .replace(/[\s,;!?]+/g, ' ')
    .trim()
    .replace(/\.$/, '');
  const { part, rest } = withoutDaypart(plain);
  const words = rest.replace(/(?<=\p{L})-(?=\p{L})/gu, ' ').split(' ');
  const phrase = withDigits(trimmed(words.filter(Boolean))).join(' ');
  if (phrase === '') return part && onItsOwn.get(part);
  return fromNow(phrase, nowMinute) ?? inPart(part, byClock(phrase) ?? bySpeech(phrase));
}

type Daypart = 'morning' | 'noon' | 'afternoon' | 'evening' | 'night' | 'midnight';

const DAYPARTS: readonly (readonly [Daypart, RegExp])[] = [
  ['midnight', /\b(?:at )?(?:12 )?(?:midnight|mitternachts?)(?!\p{L})/u],
  ['noon', /\b(?:at |am |zu )?(?:12 )?(?:noon|midday|mittags?)(?!\p{L})/u],
  ['afternoon', /\b(?:(?:in|this) the |this |am )?(?:afternoon|nachmittags?)(?!\p{L})/u],
  ['evening', /\b(?:in the |this |am )?(?:evening|tonight|abends?)(?!\p{L})/u],
  [
    'morning',
    /(?:\b(?:in the |this |am )|(?<!\p{L}))(?:mornings?|morgens?|vormittags?|früh|frueh)(?!\p{L})/u,
  ],
  ['night', /\b(?:at |in der )?(?:night|nachts?)(?!\p{L})/u],
];

const onItsOwn: ReadonlyMap<Daypart, ClockTime> = new Map([
  ['noon', { minute: HALF_DAY, how: 'said' }],
  ['midnight', { minute: 0, how: 'said' }],
]);

function withoutDaypart(text: string): { part?: Daypart; rest: string } {
  for (const [part, words] of DAYPARTS) {
    const rest = text.replace(words, ' ');
    if (rest !== text) return { part, rest };
  }
  return { rest: text };
}

/** The words without fillers at either end; inside a time every word counts. */
function trimmed(words: string[]): string[] {
  const isAside = (word: string | undefined) =>
    word !== undefined && !spokenNumbers.has(word) && isFiller(word);
  let [from, to] = [0, words.length];
  while (from < to && isAside(words[from])) from++;
  while (to > from && (isAside(words[to - 1]) || words[to - 1] === 'sharp')) {
    // "at 8 am" ends in a word that is a German filler.
    if (words[to - 1] === 'am') break;
    to--;
  }
  return words.slice(from, to);
}

/** In half an hour, now: counted from the clock on the visitor's wall. */
function fromNow(phrase: string, now: number): ClockTime | undefined {
  if (/^(?:now|right now|jetzt|sofort)$/.test(phrase)) return { minute: now, how: 'counted' };
  const half = /^in (?:half (?:an|a|1)|(?:1 )?halben?) (?:hour|stunde)$/.test(phrase) ? 30 : undefined;
  const [, count, unit] =
    /^in (\d{1,3}|an) (hours?|hrs?|stunden?|minutes?|mins?|minuten?)$/.exec(phrase) ?? [];
  const minutes = unit ? (count === 'an' ? 1 : Number(count)) * (/^[hs]/.test(unit) ? 60 : 1) : half;
  return minutes === undefined || minutes >= DAY
    ? undefined
    : { minute: (now + minutes) % DAY, how: 'counted' };
}

const DIGITAL =
  /^(\d{1,2})(?:\s?[:.h]\s?(\d\d)(?::\d\d)?)?\s?(?:(am|pm|a|p)|(uhr|h)(?: (\d{1,2}))?(?: minuten)?)?$/;
const PACKED = /^(\d{1,2})(\d\d)\s?(?:(am|pm)|uhr|h)?$/;
const TWO_NUMBERS = /^(\d{1,2}) (\d\d)(?: ?(am|pm))?$/;

function byClock(phrase: string): ClockTime | undefined {
  const [digital, hour, minute, half, , after] = DIGITAL.exec(phrase) ?? [];
  if (digital !== undefined && hour !== undefined)
    return minute !== undefined && after !== undefined ? undefined : at(hour, minute ?? after ?? '0', half);
  const [, packedHour, packedMinute, packedHalf] = PACKED.exec(phrase) ?? TWO_NUMBERS.exec(phrase) ?? [];
  return packedHour && packedMinute ? at(packedHour, packedMinute, packedHalf) : undefined;
}

/** An hour and minute; a leading zero or an hour beyond twelve says that the clock has 24 hours. */
function at(hourText: string, minuteText: string, half?: string): ClockTime | undefined {
  const [hour, minute] = [Number(hourText), Number(minuteText)];
  if (minute > 59 || hour > 24 || (hour === 24 && minute > 0)) return undefined;
  if (!half) {
    const is24Hours = hour > 12 || hour === 0 || hourText.startsWith('0');
    return { minute: (hour * 60 + minute) % DAY, how: is24Hours ? 'said' : 'open' };
  }
  if (hour < 1 || hour > 12) return undefined;
  return { minute: (hour % 12) * 60 + minute + (half.startsWith('p') ? HALF_DAY : 0), how: 'said' };
}

const SPOKEN: readonly (readonly [RegExp, (minutes: number) => number])[] = [
  [/^half (?:past |after )?(?<hour>.+)$/, () => 30],
  [/^(?:a )?quarter (?:past|after) (?<hour>.+)$/, () => 15],
  [/^(?:a )?quarter (?:to|before|of|til|till) (?<hour>.+)$/, () => -15],
  [/^(?<minutes>\d{1,2})(?: minutes?)? (?:past|after) (?<hour>.+)$/, (minutes) => minutes],
  [/^(?<minutes>\d{1,2})(?: minutes?)? (?:to|before|til|till) (?<hour>.+)$/, (minutes) => -minutes],
  [/^(?<minutes>\d{1,2})(?: minuten?)? nach halb (?<hour>.+)$/, (minutes) => minutes - 30],
  [/^(?<minutes>\d{1,2})(?: minuten?)? vor halb (?<hour>.+)$/, (minutes) => -minutes - 30],
  [/^halb (?<hour>.+)$/, () => -30],
  [/^viertel nach (?<hour>.+)$/, () => 15],
  [/^viertel vor (?<hour>.+)$/, () => -15],
  [/^dreiviertel (?<hour>.+)$/, () => -15],
  // In the south and east of Germany "viertel vier" is a quarter of the way to four.
  [/^viertel (?<hour>.+)$/, () => -45],
  [/^(?<minutes>\d{1,2})(?: minuten?)? nach (?<hour>.+)$/, (minutes) => minutes],
  [/^(?<minutes>\d{1,2})(?: minuten?)? vor (?<hour>.+)$/, (minutes) => -minutes],
];

function bySpeech(phrase: string): ClockTime | undefined {
  for (const [shape, away] of SPOKEN) {
    const { hour, minutes = '0' } = shape.exec(phrase)?.groups ?? {};
    const [, full, half] = /^(\d{1,2})\s?(am|pm|uhr)?$/.exec(hour ?? '') ?? [];
    const base = full && Number(minutes) < 60 ? at(full, '0', half === 'uhr' ? undefined : half) : undefined;
    if (base) return { ...base, minute: (base.minute + away(Number(minutes)) + DAY) % DAY };
  }
  return undefined;
}

/** The time of day settles what the hour leaves open, and must not contradict what it says. */
function inPart(part: Daypart | undefined, time: ClockTime | undefined): ClockTime | undefined {
  if (!part || !time) return time;
  if (part === 'noon' || part === 'midnight') return beside(part, time);
  const morning = time.minute % HALF_DAY;
  const minute = isLate(part, morning) ? morning + HALF_DAY : morning;
  return time.how === 'said' && time.minute !== minute ? undefined : { minute, how: 'said' };
}

function isLate(part: 'morning' | 'afternoon' | 'evening' | 'night', morning: number): boolean {
  switch (part) {
    case 'morning':
      return false;
    case 'afternoon':
    case 'evening':
      return true;
    case 'night':
      return morning >= 6 * 60;
  }
}

/** "12 Uhr mittags", "ein Uhr mittags", "12 Uhr Mitternacht". */
function beside(part: 'noon' | 'midnight', { minute, how }: ClockTime): ClockTime | undefined {
  const near = (part === 'noon' ? nearNoon : nearMidnight)(minute % HALF_DAY);
  if (near === undefined || (how === 'said' && minute !== near)) return undefined;
  return { minute: near, how: 'said' };
}

/** From eleven to three. */
function nearNoon(early: number): number | undefined {
  if (early < 3 * 60) return early + HALF_DAY;
  return early >= 11 * 60 ? early : undefined;
}

const nearMidnight = (early: number): number | undefined => (early === 0 ? 0 : undefined);
