const WEEKDAY =
  '(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag)';
const WHICH =
  '(?:on|next|this|coming|the following|am|nächste[nrs]?|naechste[nrs]?|kommende[nrs]?|diese[nrs]?)';
const MONTH =
  '(?:jan(?:uary|uar)?|feb(?:ruary|ruar)?|mar(?:ch)?|märz|maerz|apr(?:il)?|may|mai|june?|juni|july?|juli|aug(?:ust)?|' +
  'sept?(?:ember)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?)';

// After another day "morgen" is the morning.
const DAY = new RegExp(
  `(?<![\\p{L}\\d])(?:(?:${WHICH} )?${WEEKDAY}|(?:the )?day after tomorrow|tomorrow|tmrw|today|yesterday|heute|gestern|` +
    `übermorgen|uebermorgen|(?<!(?:heute|gestern|übermorgen|${WEEKDAY}|am|this) )morgen)(?![\\p{L}\\d])`,
  'giu',
);
const ZONE =
  /(?<![\p{L}\d])(?:utc|gmt|mez|mesz|cest|cet|bst|[ecmp][ds]t|ortszeit|(?:local|berlin|german) time)(?![\p{L}\d])|(?<=\d\s?)[+-]\d\d:?\d\d$/giu;
const DATE = new RegExp(
  `(?:(?:on|am) )?(?:\\d{4}-\\d\\d?-\\d\\d?|\\d\\d?\\.\\d\\d?\\.(?:\\d{4}|\\d\\d)?|\\d\\d?/\\d\\d?(?:/\\d{4}|/\\d\\d)?|` +
    `\\d\\d?(?:\\.|st|nd|rd|th)? ${MONTH}\\b(?: \\d{4})?|${MONTH} \\d\\d?(?:st|nd|rd|th)?\\b(?:,? \\d{4})?),?(?!\\d)`,
  'giu',
);

/** A time without the day and the zone named beside it: what is left of `tomorrow at 3pm CET` is `at 3pm`. */
export const withoutDay = (text: string): string => text.replace(DAY, ' ').replace(ZONE, ' ').trim();

/** A time without a date in figures; to be tried when it makes no time by itself: `5.3.` may be one. */
export const withoutDate = (text: string): string => text.replace(DATE, ' ').trim();
