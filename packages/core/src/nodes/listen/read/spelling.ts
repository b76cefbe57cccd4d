import { distance } from '../../../language/closest.ts';

/**
 * How many slips lie between a name and what was typed, two letters changed about counting as one; infinite when there
 * are more than one for every four letters, or three. Digits must agree: "plan 1" is no misspelt "plan 2".
 */
export function slipsFrom(name: string, typed: string): number {
  const most = Math.min(3, Math.floor(typed.length / 4));
  if (Math.abs(name.length - typed.length) > most || digitsOf(name) !== digitsOf(typed)) return Infinity;
  const { turned, turns } = turnedAbout(typed, name);
  if (turns === 1 && turned === name) return 1;
  const least = Math.min(distance(name, typed), turns + distance(name, turned));
  return least <= most ? least : Infinity;
}

const digitsOf = (text: string) => text.replace(/\D/g, '');

/** What was typed, with each two letters that stand the other way about in a name turned. */
function turnedAbout(typed: string, name: string): { turned: string; turns: number } {
  const letters = [...typed];
  let turns = 0;
  for (let at = 0; at + 1 < letters.length; at++) {
    const [one = '', two = ''] = [letters[at], letters[at + 1]];
    if (one === two || one !== name[at + 1] || two !== name[at]) continue;
    [letters[at], letters[at + 1]] = [two, one];
    turns++;
  }
  return { turned: letters.join(''), turns };
}
