import { describe, expect, it } from 'vitest';
import { readFile } from '../../packages/core/src/nodes/listen/read/file.ts';

const url = 'https://example.com/x';

describe('a file', () => {
  it.each([
    [`${url}.pdf`, { name: 'x.pdf', url: `${url}.pdf`, mimeType: 'application/pdf' }],
    ['example.com/a.PNG?w=1', { name: 'a.PNG', url: 'https://example.com/a.PNG?w=1', mimeType: 'image/png' }],
    ['https://example.com/b%20c', { name: 'b c', url: 'https://example.com/b%20c' }],
    ['https://example.com/', { name: 'example.com', url: 'https://example.com/' }],
    ['https://example.com/%E0%A4%A', { name: '%E0%A4%A', url: 'https://example.com/%E0%A4%A' }],
    [{ url }, { name: 'x', url }],
    [
      { name: 'cat.jpg', url },
      { name: 'cat.jpg', url, mimeType: 'image/jpeg' },
    ],
    [
      { name: 'cat', url, mimeType: 'IMAGE/PNG; q=1', size: 10 },
      { name: 'cat', url, mimeType: 'image/png', size: 10 },
    ],
    [
      { name: '../../etc/pass\u0000wd', url },
      { name: 'passwd', url },
    ],
    [
      { name: 'C:\\photos\\cat.gif', url, mimeType: 'nonsense' },
      { name: 'cat.gif', url, mimeType: 'image/gif' },
    ],
    [
      { name: 7, url, size: 0, other: true },
      { name: 'x', url, size: 0 },
    ],
  ])('takes %j', (input, value) => {
    expect(readFile(input)).toEqual({ ok: true, value });
  });

  it.each([
    ['', 'empty'],
    ['   ', 'empty'],
    ['hello there', 'not_file'],
    ['http://example.com/a.pdf', 'not_file'],
    ['javascript:alert(1)', 'not_file'],
    [null, 'not_file'],
    [undefined, 'not_file'],
    [[url], 'not_file'],
    [42, 'not_file'],
    [{}, 'not_file'],
    [{ url: 'file:///etc/passwd' }, 'not_file'],
    [{ url: 'https://localhost/x' }, 'not_file'],
    [{ url, size: -1 }, 'not_file'],
    [{ url, size: 'big' }, 'not_file'],
  ])('refuses %j: %s', (input, reason) => {
    expect(readFile(input)).toEqual({ ok: false, reason });
  });

  it('may be one that was uploaded in a session, but not be typed as one', () => {
    const address = '/api/sessions/s1/files/f1';
    const given = { name: 'plan.txt', url: address, mimeType: 'text/plain', size: 3 };
    expect(readFile(given)).toEqual({ ok: true, value: given });
    expect(readFile({ name: '', url: address })).toEqual({ ok: true, value: { name: 'f1', url: address } });
    expect(
      [address, { url: `${address}/../x` }, { url: '/etc/passwd' }].map((input) => readFile(input)),
    ).toEqual(Array(3).fill({ ok: false, reason: 'not_file' }));
  });

  it('must be of a type that is wanted, by what it says or by its name', () => {
    const types = ['image/*', 'application/pdf'];
    const read = (input: unknown) => {
      const reading = readFile(input, { types });
      return reading.ok ? reading.value.mimeType : reading;
    };
    const refusal = { ok: false, reason: 'wrong_file_type', values: { types: 'image/*, application/pdf' } };
    expect(
      [`${url}.pdf`, { url, mimeType: 'image/webp' }, url, `${url}.exe`, { url, mimeType: 'video/mp4' }].map(
        read,
      ),
    ).toEqual(['application/pdf', 'image/webp', refusal, refusal, refusal]);
  });

  it('must not be larger than is allowed, where its size is known', () => {
    const read = (size?: number) => readFile({ url, size }, { maxBytes: 1_000_000 });
    expect([read(1_000_000), read(), read(2_500_000)]).toEqual([
      { ok: true, value: { name: 'x', url, size: 1_000_000 } },
      { ok: true, value: { name: 'x', url } },
      { ok: false, reason: 'file_too_large', values: { max: '1 MB', size: '2.5 MB' } },
    ]);
  });
});
