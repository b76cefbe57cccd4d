import { randomBytes } from 'node:crypto';

const PLACES = 4;
const COUNTS = 36 ** PLACES;

/**
 * Makes ids for rows that are written by the thousand: the millisecond, a count and who counts, in the form of a cuid.
 * They sort in the order they were made, which keeps the index they go into small.
 */
export function createLogIds(): () => string {
  const maker = BigInt(`0x${randomBytes(8).toString('hex')}`)
    .toString(36)
    .padStart(13, '0');
  let count = 0;
  return () => {
    count = (count + 1) % COUNTS;
    return `c${Date.now().toString(36)}${count.toString(36).padStart(PLACES, '0')}${maker}`;
  };
}
