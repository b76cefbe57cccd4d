import { parsePhoneNumberFromString, type NumberType } from 'libphonenumber-js/max';
import type { Unsent } from '../../ports.ts';
import { E164 } from '../e164.ts';
import { refused } from './sending.ts';

/** Why a number may not be written to or called; undefined when it may. */
export function whyNotTo(number: string, countries: readonly string[] | undefined): Unsent | undefined {
  const read = E164.test(number) ? parsePhoneNumberFromString(number) : undefined;
  if (!read?.isValid())
    return refused(
      'not_e164',
      `${NOTHING} That is no number anybody can have: one is written like +4930123456.`,
    );
  if (!ORDINARY.has(read.getType()))
    return refused('costly_number', `${NOTHING} The number is a premium-rate or other special one.`);
  const { country } = read;
  if (country === undefined)
    return refused(
      'no_country',
      `${NOTHING} The number belongs to no country: such calls cost what they like.`,
    );
  if (countries && !countries.includes(country))
    return refused(
      'country',
      `${NOTHING} Numbers of ${country} are not allowed; settings.sending.countries says which are.`,
    );
  return undefined;
}

const NOTHING = 'Nothing was sent.';

/** What costs no more than a call or a message does. */
const ORDINARY = new Set<NumberType>(['MOBILE', 'FIXED_LINE', 'FIXED_LINE_OR_MOBILE', 'VOIP', 'TOLL_FREE']);
