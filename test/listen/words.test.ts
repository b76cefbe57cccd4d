import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../packages/core/src/language/pattern.ts';
import { readEmail } from '../../packages/core/src/nodes/listen/read/email.ts';
import { readText } from '../../packages/core/src/nodes/listen/read/text.ts';
import { readUrl } from '../../packages/core/src/nodes/listen/read/url.ts';
import { echoes, refuses, takes } from './read-kit.ts';

describe('free text', () => {
  const zip = compilePattern('^[0-9]{5}$');
  const read = (text: string) => readText(text, { minLength: 2, maxLength: 12 });
  takes(read, [
    ['hi', 'hi'],
    ['  hello  ', 'hello'],
    ['two\nlines', 'two\nlines'],
    ['a\u0000b\u200bc', 'abc'],
    ['Zoe\u0308', 'Zoë'],
    ['1234567890ab', '1234567890ab'],
    ['<b>bold</b>', '<b>bold</b>'],
    ['{{ name }}', '{{ name }}'],
    ['😀😀😀😀😀😀😀😀', '😀😀😀😀😀😀😀😀'],
    ['half \ud83d one', 'half  one'],
  ]);
  refuses(read, [
    ['', 'empty'],
    ['   \n\t ', 'empty'],
    ['\u200b\u0000', 'empty'],
    ['\ud800', 'empty'],
    ['a', 'too_short'],
    ['😀', 'too_short'],
    [' x ', 'too_short'],
    ['1234567890abc', 'too_long'],
    ['x'.repeat(5_000), 'too_long'],
    ['é'.repeat(13), 'too_long'],
  ]);
  it('must match the pattern, which sees it without the blanks around it', () => {
    const read = (text: string) => readText(text, { pattern: (tidy) => zip.test(tidy) });
    expect([read(' 10115 '), read('1011'), read('abc')]).toEqual([
      { ok: true, value: '10115' },
      { ok: false, reason: 'bad_format' },
      { ok: false, reason: 'bad_format' },
    ]);
  });
  it('may be as long as its author allows, and says how long it was', () => {
    expect([
      readText('x'.repeat(9_000), { maxLength: 10_000 }),
      readText('x'.repeat(11), { maxLength: 10 }),
    ]).toEqual([
      { ok: true, value: 'x'.repeat(9_000) },
      { ok: false, reason: 'too_long', values: { max: 10, length: 11 } },
    ]);
  });
});

describe('an e-mail address', () => {
  takes(readEmail, [
    ['ada@example.com', 'ada@example.com'],
    ['  Ada.Lovelace@EXAMPLE.Com ', 'Ada.Lovelace@example.com'],
    ['Ada <ada@example.com>', 'ada@example.com'],
    ['my mail is ada@example.com.', 'ada@example.com'],
    ['mailto:ada@example.com', 'ada@example.com'],
    ["o'brien@example.com", "o'brien@example.com"],
    ['ada+crm@sub.example.co.uk', 'ada+crm@sub.example.co.uk'],
    ['ada@müller.de', 'ada@xn--mller-kva.de'],
    ['“ada@example.com”', 'ada@example.com'],
    ['ada＠example.com', 'ada@example.com'],
    ['jürgen@müller.de', 'jürgen@xn--mller-kva.de'],
    ['用户@例え.jp', '用户@xn--r8jz45g.jp'],
    ['mailto:ada@example.com?subject=hi', 'ada@example.com'],
    ['ada@example.com,', 'ada@example.com'],
    ['ada@gmial.com', 'ada@gmial.com'],
    ['ada@example.com, ada@example.com', 'ada@example.com'],
    ['write to ada@example.com, I am @ada elsewhere', 'ada@example.com'],
  ]);
  refuses(readEmail, [
    ['ada', 'not_email'],
    ['ada@example', 'not_email'],
    ['ada@@example.com', 'not_email'],
    ['ada..b@example.com', 'not_email'],
    ['.ada@example.com', 'not_email'],
    ['ada.@example.com', 'not_email'],
    ['ada@example..com', 'not_email'],
    ['ada@-example.com', 'not_email'],
    ['ada@127.0.0.1', 'not_email'],
    ['ada@example.c0m', 'not_email'],
    ['ada@ example.com', 'not_email'],
    [`${'a'.repeat(65)}@example.com`, 'not_email'],
    ['ada@server.local', 'not_email'],
    ['ada@example.com or bob@example.com', 'email_unclear'],
    ['', 'empty'],
  ]);
  echoes(readEmail, [
    ['ada@EXAMPLE.com', undefined],
    ['Ada Lovelace <ada@example.com>', undefined],
    ['ada lovelace@example.com', 'lovelace@example.com'],
  ]);
  it('doubts a provider that looks misspelt, and none that is one', () => {
    const doubts = (host: string) => {
      const reading = readEmail(`ada@${host}`);
      return reading.ok && reading.doubt?.values?.meant;
    };
    expect(['gmial.com', 'gmail.con', 'hotmial.com', 'yahooo.com', 'T-Onlne.de'].map(doubts)).toEqual(
      ['gmail.com', 'gmail.com', 'hotmail.com', 'yahoo.com', 't-online.de'].map((host) => `ada@${host}`),
    );
    const real = [
      'gmail.com',
      'mail.com',
      'email.com',
      'ymail.com',
      'gmx.de',
      'outlook.de',
      'hotmail.fr',
      'example.com',
    ];
    expect(real.filter(doubts)).toEqual([]);
  });
  it('names the two addresses it cannot choose between', () => {
    expect(readEmail('a@example.com b@example.com')).toEqual({
      ok: false,
      reason: 'email_unclear',
      values: { first: 'a@example.com', second: 'b@example.com' },
    });
  });
});

describe('a web address', () => {
  takes(readUrl, [
    ['https://example.com', 'https://example.com/'],
    ['example.com', 'https://example.com/'],
    ['http://example.com/a?b=c#d', 'http://example.com/a?b=c#d'],
    ['HTTPS://EXAMPLE.com/Path', 'https://example.com/Path'],
    ['www.example.com.', 'https://www.example.com/'],
    ['example.com:8080/x', 'https://example.com:8080/x'],
    ['//example.com/x', 'https://example.com/x'],
    ['<https://example.com/a>', 'https://example.com/a'],
    ['https://example.com/a_(b)', 'https://example.com/a_(b)'],
    ['münchen.de/straße', 'https://xn--mnchen-3ya.de/stra%C3%9Fe'],
    ['https://example.com/@ada', 'https://example.com/@ada'],
    ['https://example.com/a/../b', 'https://example.com/b'],
  ]);
  refuses(readUrl, [
    ['javascript:alert(1)', 'not_url'],
    ['data:text/html,hello', 'not_url'],
    ['file:///etc/passwd', 'not_url'],
    ['ftp://example.com', 'not_url'],
    ['mailto:ada@example.com', 'not_url'],
    ['ada@example.com', 'not_url'],
    ['https://ada:secret@example.com', 'not_url'],
    ['https://@example.com', 'not_url'],
    ['https://example.com/a b', 'not_url'],
    ['localhost:3000', 'not_url'],
    ['http://intranet/', 'not_url'],
    ['http://127.0.0.1/', 'not_url'],
    ['http://0x7f.1/', 'not_url'],
    ['http://[::1]/', 'not_url'],
    ['printer.local', 'not_url'],
    ['https:\\\\example.com', 'not_url'],
    ['https://example.com:99999', 'not_url'],
    [`https://example.com/${'a'.repeat(2_100)}`, 'not_url'],
    ['hello', 'not_url'],
    ['', 'empty'],
  ]);
});
