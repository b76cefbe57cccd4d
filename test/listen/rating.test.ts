import { describe } from 'vitest';
import { readRating } from '../../packages/core/src/nodes/listen/read/rating.ts';
import { refuses, takes } from './read-kit.ts';

const reader =
  (language: string, min = 1, max = 5) =>
  (text: string) =>
    readRating(text, { min, max }, { language });

describe('a rating from 1 to 5 in English', () => {
  const read = reader('en-US');
  takes(read, [
    ['4', 4],
    ['4/5', 4],
    ['4 out of 5', 4],
    ['five out of five', 5],
    ['4 of 5 stars', 4],
    ['four', 4],
    ['five stars', 5],
    ['★★★★', 4],
    ['★★★★☆', 4],
    ['⭐⭐⭐', 3],
    ['❤️❤️', 2],
    ['4 ★', 4],
    ['4️⃣', 4],
    ["I'd give it a 4", 4],
  ]);
  refuses(read, [
    ['0', 'not_rating'],
    ['6', 'not_rating'],
    ['-1', 'not_rating'],
    ['4.5', 'not_rating'],
    ['4.5/5', 'not_rating'],
    ['4/10', 'not_rating'],
    ['4 or 5', 'not_rating'],
    ['4-5', 'not_rating'],
    ['4k', 'not_rating'],
    ['great', 'not_rating'],
    ['☆☆☆', 'not_rating'],
    ['★★★☆', 'not_rating'],
    ['★★★★★★', 'not_rating'],
    ['', 'empty'],
  ]);
});

describe('a rating from 1 to 5 in German', () => {
  const read = reader('de-DE');
  takes(read, [
    ['4', 4],
    ['vier', 4],
    ['vier Sterne', 4],
    ['4 von 5', 4],
    ['vier von fünf', 4],
    ['4 von 5 Sternen', 4],
    ['4/5', 4],
    ['4 Punkte', 4],
    ['Ich gebe eine 4', 4],
    ['fuenf', 5],
  ]);
  refuses(read, [
    ['4,5', 'not_rating'],
    ['sechs', 'not_rating'],
    ['fünf von zehn', 'not_rating'],
    ['4 oder 5', 'not_rating'],
    ['null', 'not_rating'],
    ['mehr als 4', 'not_rating'],
    ['gut', 'not_rating'],
    ['keine Ahnung', 'not_rating'],
    ['minus vier', 'not_rating'],
    ['', 'empty'],
  ]);
});

describe('a rating from 0 to 10', () => {
  takes(reader('en', 0, 10), [
    ['0', 0],
    ['10', 10],
    ['🔟', 10],
    ['8/10', 8],
    ['zero', 0],
  ]);
  refuses(reader('en', 0, 10), [
    ['11', 'not_rating'],
    ['8/5', 'not_rating'],
  ]);
});
