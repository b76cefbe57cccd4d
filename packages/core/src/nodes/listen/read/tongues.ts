import type { Unit } from './day.ts';

/** Which of the weekdays of a name. */
export type Which = 'last' | 'this' | 'coming' | 'next';

/** The words one language has for days, folded. */
export interface Tongue {
  days: ReadonlyMap<string, number>;
  weekdays: ReadonlyMap<string, number>;
  which: ReadonlyMap<string, Which>;
  ends: ReadonlySet<string>;
  spans: ReadonlySet<string>;
  months: ReadonlyMap<string, number>;
}

const list = (words: string) => words.split(' ');
const each = <T>(rows: readonly (readonly [words: string, value: T])[]): ReadonlyMap<string, T> =>
  new Map(rows.flatMap(([words, value]) => list(words).map((word) => [word, value] as const)));

/** Names in their order, counted from 1. */
const numbered = (names: string): ReadonlyMap<string, number> =>
  each(list(names).map((same, at) => [same.replaceAll(',', ' '), at + 1] as const));

/** Words for days, weeks, months and years. */
export const units = each<Unit>([
  ['day days tag tage tagen', 'd'],
  ['week weeks woche wochen', 'w'],
  ['month months monat monate monaten monats', 'm'],
  ['year years jahr jahre jahren', 'y'],
]);

/** Words that say when in the day. */
export const dayparts = new Set(
  list(
    'morning mornings afternoon evening night noon midday lunchtime fruh frueh morgens vormittag vormittags mittag ' +
      'mittags nachmittag nachmittags abend abends nacht nachts',
  ),
);

export const ENGLISH: Tongue = {
  days: each([
    ['today tonight now', 0],
    ['tomorrow tmrw tomorow tommorow tommorrow', 1],
    ['overmorrow', 2],
    ['yesterday', -1],
    ['ereyesterday', -2],
  ]),
  weekdays: numbered(
    'mon,monday tue,tues,tuesday wed,weds,wednesday thu,thur,thurs,thursday fri,friday sat,saturday sun,sunday',
  ),
  which: each<Which>([
    ['last past previous', 'last'],
    ['this', 'this'],
    ['coming upcoming', 'coming'],
    ['next following', 'next'],
  ]),
  ends: new Set(['end']),
  spans: new Set(['weekend', 'spring', 'summer', 'autumn', 'fall', 'winter']),
  months: numbered(
    'jan,january feb,february mar,march apr,april may jun,june jul,july aug,august sep,sept,september oct,october ' +
      'nov,november dec,december',
  ),
};

export const GERMAN: Tongue = {
  days: each([
    ['heute jetzt', 0],
    ['morgen', 1],
    ['ubermorgen uebermorgen', 2],
    ['gestern', -1],
    ['vorgestern', -2],
  ]),
  weekdays: numbered(
    'mo,montag di,dienstag mi,mittwoch do,donnerstag fr,freitag sa,samstag,sonnabend so,sonntag',
  ),
  which: each<Which>([
    ['letzten letzter letzte letztes vergangenen vergangene vorigen vorige', 'last'],
    ['diesen dieser diese dieses', 'this'],
    ['kommenden kommender kommende kommendes', 'coming'],
    ['nachsten nachster nachste nachstes naechsten naechster naechste naechstes', 'next'],
  ]),
  ends: new Set(['ende', 'monatsende']),
  spans: new Set(['wochenende', 'fruhling', 'fruehling', 'sommer', 'herbst', 'winter']),
  months: numbered(
    'jan,januar,janner,jaenner feb,februar,feber mar,marz,maerz,mrz apr,april mai jun,juni jul,juli aug,august ' +
      'sep,sept,september okt,oktober nov,november dez,dezember',
  ),
};
