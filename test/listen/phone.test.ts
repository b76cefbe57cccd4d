import { describe, expect, it } from 'vitest';
import { readPhone } from '../../packages/core/src/nodes/listen/read/phone.ts';
import { echoes, refuses, takes } from './read-kit.ts';

describe('a phone number in Germany', () => {
  const read = (text: string) => readPhone(text, { country: 'DE' });
  takes(read, [
    ['030 23125000', '+493023125000'],
    ['(030) 231-25 000', '+493023125000'],
    ['030/23125000', '+493023125000'],
    ['+49 30 23125000', '+493023125000'],
    ['+49 (0)30 23125000', '+493023125000'],
    ['0049 30 23125000', '+493023125000'],
    ['(0049) 30 23125000', '+493023125000'],
    ['01512 3456789', '+4915123456789'],
    ['+44 20 7946 0123', '+442079460123'],
    ['meine Nummer ist 030 23125000, danke', '+493023125000'],
    ['after 5 pm: 030 23125000', '+493023125000'],
    ['０３０ 23125000', '+493023125000'],
  ]);
  refuses(read, [
    ['110', 'phone_too_short'],
    ['030 23', 'phone_too_short'],
    ['+49 30 2', 'phone_too_short'],
    ['0049 30 2', 'phone_too_short'],
    ['030 23125000 ext5', 'phone_extension'],
    ['030 23125000 App. 12', 'phone_extension'],
    ['keine', 'not_phone'],
    ['+49', 'not_phone'],
    ['+999 123456789', 'not_phone'],
    ['+49 30 231250000000000', 'not_phone'],
    ['030 23125000 oder 030 23125001', 'phone_unclear'],
    ['030 23125000 Durchwahl 12', 'phone_extension'],
    ['+49 30 23125000 ext. 5', 'phone_extension'],
    ['tel:+49-30-23125000;ext=5', 'phone_extension'],
    ['call me', 'not_phone'],
    ['', 'empty'],
  ]);
  echoes(read, [
    ['030 23125000', '+49 30 23125000'],
    ['+49 30 23125000', undefined],
    ['0049 30 23125000', undefined],
  ]);
});

describe('a phone number in the United States', () => {
  const read = (text: string) => readPhone(text, { country: 'US' });
  takes(read, [
    ['(212) 555-0123', '+12125550123'],
    ['212.555.0123', '+12125550123'],
    ['1 212 555 0123', '+12125550123'],
    ['+1 212 555 0123', '+12125550123'],
    ['011 49 30 23125000', '+493023125000'],
    ['0049 30 23125000', '+493023125000'],
    ['(0049) (0)30 23125000', '+493023125000'],
    ['[+49] 30 23125000', '+493023125000'],
    ['+0049 30 23125000', '+493023125000'],
  ]);
  refuses(read, [
    ['911', 'phone_too_short'],
    ['555-0123', 'phone_too_short'],
    ['030 23125000', 'not_phone'],
    ['212-555-0123 x5', 'phone_extension'],
    ['1-800-FLOWERS', 'phone_too_short'],
  ]);
});

describe('a phone number anywhere', () => {
  it('needs its country code, unless it says nothing a country code could mend', () => {
    expect([
      readPhone('030 23125000'),
      readPhone('123'),
      readPhone('030 23125000', { country: 'XX' }),
    ]).toEqual([
      { ok: false, reason: 'phone_country' },
      { ok: false, reason: 'phone_too_short' },
      { ok: false, reason: 'phone_country' },
    ]);
  });
  it('names the two numbers it cannot choose between', () => {
    expect(readPhone('+49 30 23125000 / +44 20 7946 0123')).toEqual({
      ok: false,
      reason: 'phone_unclear',
      values: { first: '+493023125000', second: '+442079460123' },
    });
  });
});
