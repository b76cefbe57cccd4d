import { describe, expect, it } from 'vitest';
import { readHtml } from '../../packages/core/src/adapters/parsing/html.js';
import { createReaders } from '../../packages/core/src/adapters/parsing/readers.ts';
import type { ReadDocument } from '../../packages/core/src/ports.ts';

/** In this process, which is faster; what may go wrong there is read as the product does. */
const read = (html: string | Uint8Array, contentType?: string, url?: string): Promise<ReadDocument> =>
  readHtml({ bytes: Buffer.from(html), contentType, url, characters: 100_000 });
const linesOf = async (html: string) => (await read(html)).text.split(/\n+/);

const sentence = (at: number) =>
  `Panel ${at} has a warranty of ten years, which covers the work of our installers as well, and you can extend it for a small fee at any time before it ends.`;
const five = [1, 2, 3, 4, 5];
/** A page of a firm, with its menu, and what stands under every page. */
const page = (main: string) => `<!doctype html><html><head><title>Solar – Page</title></head><body>
  <header><a href="/">Solar Ltd</a><nav><ul><li><a href="/a">Home</a></li><li><a href="/b">Services</a></li></ul></nav></header>
  ${main}
  <footer><p>© Solar Ltd. All rights reserved, in all countries and for all times. <a href="/i">Imprint</a></p></footer>
  </body></html>`;

describe('the text of a page', () => {
  it('is its article, without menus, shares, forms and footers', async () => {
    const html =
      page(`<div class="article"><h2>Warranty</h2>${five.map((at) => `<p>${sentence(at)}</p>`).join('')}</div>
      <form><label>Your mail <input name="mail"></label> to get our news</form><ul><li><a href="/x">More about panels</a></li></ul>`);
    expect(await linesOf(html)).toEqual(['Warranty', ...five.map(sentence)]);
  });

  it.each([
    [
      'an address and opening hours',
      `<main><h1>Contact</h1><div><h2>Office</h2><p>Main Street 5<br>10115 Berlin</p></div>
       <div><h2>Hours</h2><table><tr><td>Monday</td><td>9:00–17:00</td></tr><tr><td>Saturday</td><td>10:00–13:00</td></tr></table></div></main>`,
      [
        'Contact',
        'Office',
        'Main Street 5',
        '10115 Berlin',
        'Hours',
        'Monday 9:00–17:00',
        'Saturday 10:00–13:00',
      ],
    ],
    [
      'prices beside each other',
      `<main><h1>Prices</h1><div class="plans">${['Basic', 'Pro'].map((name) => `<div><h2>${name}</h2><p>9 EUR a month</p><ul><li>Two users</li></ul></div>`).join('')}</div></main>`,
      ['Prices', 'Basic', '9 EUR a month', 'Two users', 'Pro', '9 EUR a month', 'Two users'],
    ],
    [
      'answers that wait for a press',
      `<main><h1>Questions</h1>${five.map((at) => `<h3><button aria-expanded="false" aria-controls="a${at}">How about ${at}?</button></h3><div id="a${at}" hidden><p>${sentence(at)}</p></div>`).join('')}</main>`,
      ['Questions', ...five.flatMap((at) => [`How about ${at}?`, sentence(at)])],
    ],
    [
      'terms and what they mean',
      `<h1>Terms</h1><dl>${five.map((at) => `<dt>Term ${at}</dt><dd>${sentence(at)}</dd>`).join('')}</dl>`,
      ['Terms', ...five.flatMap((at) => [`Term ${at}`, sentence(at)])],
    ],
    [
      'a form around everything',
      `<form><input type="hidden" value="x"><h1>Warranty</h1>${five.map((at) => `<p>${sentence(at)}</p>`).join('')}</form>`,
      ['Warranty', ...five.map(sentence)],
    ],
    ['a line', '<h1>Hours</h1>Open from nine to five.', ['Hours', 'Open from nine to five.']],
  ])('holds all of %s', async (_what, main, lines) => {
    expect(await linesOf(page(main))).toEqual(lines);
  });

  it('of a page made of a table is what stands beside its menu', async () => {
    const html = `<body><table><tr><td><a href="a">Home</a><br><a href="b">News</a></td><td><font size="5">Warranty</font><br><br>${five.map(sentence).join('<br><br>')}</td></tr></table></body>`;
    expect(await linesOf(html)).toEqual(expect.arrayContaining(five.map(sentence)));
  });

  it('holds nothing that is not shown', async () => {
    const html = page(
      '<main><h1>Hours</h1><p>Open daily.</p><p style="display: none">Old hours.</p><p hidden>Draft.</p></main>',
    );
    expect(await linesOf(html)).toEqual(['Hours', 'Open daily.']);
    expect(await linesOf('<body style="visibility:hidden"><p>Shown when drawn.</p>')).toEqual([
      'Shown when drawn.',
    ]);
  });

  it('keeps the lines of code', async () => {
    const html = page(
      `<article>${five.map((at) => `<p>${sentence(at)}</p>`).join('')}<pre>npm start\nnpm test</pre></article>`,
    );
    expect((await linesOf(html)).slice(-2)).toEqual(['npm start', 'npm test']);
  });

  it.each([
    ['as the server says', Buffer.from('caf\xe9', 'latin1'), 'text/html; charset=iso-8859-1', 'café'],
    ['as the page says', Buffer.from('<meta charset="windows-1251">\xef\xf0\xe8\xe2\xe5\xf2', 'latin1'), 'text/html', 'привет'], // prettier-ignore
    ['as its first line says', Buffer.from('<?xml version="1.0" encoding="iso-8859-2"?><p>\xb3</p>', 'latin1'), 'text/html', 'ł'], // prettier-ignore
    ['as UTF-8 whatever the server says', Buffer.from('café'), 'text/html; charset=iso-8859-1', 'café'],
    ['as its first bytes say', Buffer.from('\ufeffcafé', 'utf16le'), 'text/html', 'café'],
    ['in seven bits', Buffer.from('\x1b$B$"$$\x1b(B', 'latin1'), 'text/html; charset=iso-2022-jp', 'あい'],
    ['in no encoding there is', Buffer.from('caf\xe9', 'latin1'), 'text/html; charset=nothing', 'café'],
  ])('is decoded %s', async (_how, bytes, contentType, text) => {
    expect((await read(bytes, contentType)).text).toBe(text);
  });

  it('is refused where there is none without JavaScript', async () => {
    await expect(read('<div id="root"></div><script>document.write("Hello")</script>')).rejects.toThrow(
      'The page holds no text without JavaScript.',
    );
  });
});

describe('a page', () => {
  it.each([
    ['<meta property="og:title" content="For others"><title>For tabs</title><h1>Heading</h1>', 'For others'],
    ['<meta property="og:title" content=""><title> For\ntabs </title><h1>Heading</h1>', 'For tabs'],
    ['<h1>Heading</h1>', 'Heading'],
    ['<p>Text</p>', null],
  ])('with %s is called %s', async (html, title) => {
    expect((await read(`${html} Text.`)).title).toBe(title);
  });

  const at = 'https://solar.example/docs/start?x=1';

  it('says where it leads, and under which address it wants to be known', async () => {
    const html = `<base href="/base/"><link rel="canonical" href="/docs/#top">Text.
      <a href="one#part">1</a><a href="one">again</a><a href="//other.example/">2</a><map><area href="/three"></map>
      <a rel="ugc nofollow" href="/not">no</a><a href="mailto:a@b.example">mail</a><a href="javascript:x()">js</a><a href="http://[">bad</a><a>none</a>`;
    expect((await read(html, 'text/html', at)).page).toEqual({
      canonical: 'https://solar.example/docs/',
      links: ['https://solar.example/base/one', 'https://other.example/', 'https://solar.example/three'],
      mayIndex: true,
      mayFollow: true,
    });
    expect(await read(html)).not.toHaveProperty('page');
  });

  it.each([
    ['<meta name="robots" content="noindex">', false, true],
    ['<meta name="ROBOTS" content="Index, NoFollow">', true, false],
    ['<meta name="robots" content="none">', false, false],
    ['<meta name="otherbot" content="none">', true, true],
  ])('with %s is taken at its word', async (tag, mayIndex, mayFollow) => {
    expect((await read(`${tag}Text.`, 'text/html', at)).page).toMatchObject({
      canonical: null,
      mayIndex,
      mayFollow,
    });
  });

  it('tells no more links than one can follow', async () => {
    const html = Array.from({ length: 5_000 }, (_, link) => `<a href="/${link}">x</a>`).join('');
    expect((await read(`Text.${html}`, 'text/html', at)).page!.links).toHaveLength(2_000);
  });
});

it.each([
  ['nested two thousand deep', '<div>'.repeat(2_000) + 'Hello.', 'Hello.'],
  ['of a hundred thousand lines', '<br>'.repeat(100_000) + 'Hello.', 'Hello.'],
])('a page %s is read in time', async (_what, html, text) => {
  expect((await createReaders().html(Buffer.from(html))).text).toBe(text);
});
