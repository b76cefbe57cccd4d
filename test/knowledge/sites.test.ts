import { describe, expect, it } from 'vitest';
import { html, siteOf, worldReaching } from './kit.ts';

/** The item once its crawl is over. */
async function crawled({ api }: ReturnType<typeof worldReaching>, id: string) {
  for (;;) {
    const item = await api.knowledge.get({ id });
    if (item.progress === null) return item;
    await new Promise(setImmediate);
  }
}

describe('a page added again', () => {
  it('is unchanged, whatever stands around what it says, and changed when it says something else', async () => {
    const site = await siteOf({ '/': html('Hours', 'We open at nine.') });
    const { api, found, names } = worldReaching([site.host]);
    const first = await api.knowledge.scrape({ url: `${site.url}/` });
    expect(first).toMatchObject({ change: 'added', name: 'Hours', type: 'web', progress: null, crawl: null });
    site.pages['/'] = `<!-- ${Math.PI} -->${html('Hours', 'We open at nine.')}`;
    expect(await api.knowledge.scrape({ url: `${site.url}/#top` })).toMatchObject({
      id: first.id,
      change: 'unchanged',
    });
    site.pages['/'] = html('Hours', 'We open at ten on weekdays.');
    await api.knowledge.update({ id: first.id, name: 'Our hours' });
    expect(await api.knowledge.scrape({ url: `${site.url}/` })).toMatchObject({
      id: first.id,
      change: 'changed',
      name: 'Our hours',
      content: expect.stringContaining('ten on weekdays') as string,
    });
    expect([await names(), await found('weekdays')]).toEqual([['Our hours'], [`${site.url}/`]]);
  });

  it('is the page that it says it is, as long as that one says the same', async () => {
    const canonical = (at: string) => `<link rel="canonical" href="${at}">`;
    const site = await siteOf({
      '/about': html('About', 'We are four people in Leeds.'),
      '/about?print=1': html('About', 'We are four people in Leeds.', [], canonical('/about')),
      '/prices': html('Prices', 'A visit is twenty pounds.', [], canonical('/about')),
      '/moved': { status: 301, headers: { location: '/prices' } },
    });
    const { api, names } = worldReaching([site.host]);
    const print = await api.knowledge.scrape({ url: `${site.url}/about?print=1` });
    expect(print.url).toBe(`${site.url}/about`);
    expect(await api.knowledge.scrape({ url: `${site.url}/about` })).toMatchObject({
      id: print.id,
      change: 'unchanged',
    });
    const prices = await api.knowledge.scrape({ url: `${site.url}/prices` });
    expect(prices).toMatchObject({ change: 'added', url: `${site.url}/prices` });
    expect(await api.knowledge.scrape({ url: `${site.url}/moved` })).toMatchObject({
      id: prices.id,
      change: 'unchanged',
    });
    expect(await names()).toEqual(['About', 'Prices']);
  });
});

describe('a page that cannot be taken in', () => {
  it.each([
    [
      'is not for machines',
      { '/robots.txt': { type: 'text/plain', body: 'User-agent: *\nDisallow: /' } },
      /robots\.txt/,
    ],
    ['is not there', {}, /answered 404/],
    ['wants a login', { '/page': { status: 401 } }, /answered 401/],
    ['is a PDF', { '/page': { type: 'application/pdf', body: 'x' } }, /Download it.*kb add-pdf/],
    ['is a picture', { '/page': { type: 'image/png', body: 'x' } }, /no page but image\/png/],
    [
      'is empty without JavaScript',
      { '/page': '<div id="root"></div><script src="a.js"></script>' },
      /no text/,
    ],
    [
      'leads where no machine may go',
      {
        '/page': { status: 302, headers: { location: '/private' } },
        '/robots.txt': { type: 'text/plain', body: 'User-agent: *\nDisallow: /private' },
      },
      /robots\.txt/,
    ],
    [
      'stands behind a broken robots.txt',
      { '/page': html('A', 'b'), '/robots.txt': { status: 503 } },
      /robots\.txt/,
    ],
  ])('as it %s is refused with the reason, and nothing is kept', async (_what, pages, reason) => {
    const site = await siteOf(pages);
    const { api, names } = worldReaching([site.host]);
    await expect(api.knowledge.scrape({ url: `${site.url}/page` })).rejects.toMatchObject({
      code: 'unprocessable',
      message: expect.stringMatching(reason) as string,
    });
    expect(await names()).toEqual([]);
  });
});

describe('a crawl', () => {
  it('keeps each page of the site as an item, and says what came of every one', async () => {
    const other = await siteOf({ '/': html('Elsewhere', 'Not ours.') });
    const site = await siteOf({
      '/robots.txt': { type: 'text/plain', body: 'User-agent: *\nDisallow: /cart' },
      '/': html('Home', 'Welcome to the bakery.', [
        '/bread#rye',
        '/bread',
        '/bread?print=1',
        '/cart',
        '/gone',
        '/menu.pdf',
        '/feed',
        '/hidden',
        '/away',
        other.url,
        'mailto:a@example.com',
      ]),
      '/bread': html('Bread', 'Rye bread is baked on Monday.', ['/', '/bread/rye']),
      '/bread?print=1': html(
        'Bread',
        'Rye bread is baked on Monday.',
        [],
        '<link rel="canonical" href="/bread">',
      ),
      '/bread/rye': html('Rye', 'Rye has a dark crust.', ['/deep']),
      '/deep': html('Deep', 'Three links away.'),
      '/feed': { type: 'application/rss+xml', body: '<rss/>' },
      '/hidden': html(
        'Hidden',
        'Not for search.',
        ['/from-hidden'],
        '<meta name="robots" content="noindex">',
      ),
      '/from-hidden': html('Found', 'Behind the hidden page.'),
      '/away': { status: 302, headers: { location: `${other.url}/` } },
    });
    const world = worldReaching([site.host, other.host]);
    const { api, names, found } = world;
    const first = await api.knowledge.scrape({ url: site.url, crawl: { depth: 2 } });
    expect(first).toMatchObject({ name: 'Home', state: 'ready', change: 'added', url: `${site.url}/` });
    expect(first.progress!.total).toBeGreaterThan(1);
    expect((await crawled(world, first.id)).crawl).toEqual({
      added: 4,
      changed: 0,
      unchanged: 0,
      skipped: 6,
      failed: 1,
      failures: [{ url: `${site.url}/gone`, reason: `${site.host} answered 404.` }],
      skips: [
        {
          url: `${site.url}/menu.pdf`,
          reason: 'It is no page but a PDF. Download it, and add the file: crmflow kb add-pdf <file>',
        },
        { url: `${site.url}/bread?print=1`, reason: `It is ${site.url}/bread.` },
        {
          url: `${site.url}/cart`,
          reason: `${site.host} does not want this page to be read by machines (robots.txt).`,
        },
        { url: `${site.url}/feed`, reason: 'It is no page but application/rss+xml.' },
        { url: `${site.url}/hidden`, reason: 'It does not want to be found (noindex).' },
        { url: `${site.url}/away`, reason: `It leads to another site, ${other.url}/.` },
      ],
    });
    expect(await names()).toEqual(['Bread', 'Found', 'Home', 'Rye']);
    expect(await found('dark crust')).toEqual([`${site.url}/bread/rye`]);
    expect(site.asked.filter((path) => path === '/robots.txt')).toHaveLength(1);
    expect(site.asked).not.toContain('/cart');
    expect(site.asked).not.toContain('/menu.pdf');

    site.pages['/bread/rye'] = html('Rye', 'Rye has a light crust now.');
    await api.knowledge.scrape({ url: site.url, crawl: { depth: 2 } });
    expect((await crawled(world, first.id)).crawl).toMatchObject({ added: 0, changed: 1, unchanged: 3 });
    expect(await names()).toEqual(['Bread', 'Found', 'Home', 'Rye']);
  });

  it('ends at the most pages it may read, and leaves a site alone that does not answer any more', async () => {
    const many = Array.from({ length: 9 }, (_, at) => `/${at}`);
    const site = await siteOf({ '/': html('Home', 'Welcome.', many), '/0': html('Zero', 'The first.') });
    const world = worldReaching([site.host]);
    const few = await world.api.knowledge.scrape({ url: site.url, crawl: { pages: 2 } });
    expect((await crawled(world, few.id)).crawl).toMatchObject({ added: 2, failed: 0 });
    await world.api.knowledge.scrape({ url: site.url, crawl: {} });
    expect((await crawled(world, few.id)).crawl).toMatchObject({ unchanged: 2, failed: 5 });
  });

  it('is refused where its first page cannot be kept, and while one is under way from there', async () => {
    let open = () => {};
    const after = new Promise<void>((resolve) => (open = resolve));
    const site = await siteOf({
      '/': html('Home', 'Welcome.', ['/a']),
      '/a': { body: html('A', 'First.'), after },
    });
    const world = worldReaching([site.host]);
    await expect(world.api.knowledge.scrape({ url: `${site.url}/gone`, crawl: {} })).rejects.toMatchObject({
      code: 'unprocessable',
    });
    const { id } = await world.api.knowledge.scrape({ url: site.url, crawl: {} });
    await expect(world.api.knowledge.scrape({ url: site.url, crawl: {} })).rejects.toMatchObject({
      code: 'conflict',
    });
    open();
    expect((await crawled(world, id)).crawl).toMatchObject({ added: 2 });
  });

  it('that was cut off with its process is begun again by the next', async () => {
    const { createMemoryStore } = await import('../../packages/core/src/adapters/memory/memory-store.ts');
    const store = createMemoryStore();
    const site = await siteOf({
      '/': html('Home', 'Welcome.', ['/a', '/b']),
      '/a': html('A', 'First.'),
      '/b': html('B', 'Second.'),
    });
    const source = { kind: 'crawl', url: site.url, depth: 2, pages: 9 } as const;
    const world = worldReaching([site.host], { store });
    const { id } = await world.api.knowledge.scrape({ url: `${site.url}/` });
    // As the other process has left it.
    const dueAt = '2026-01-05T09:00:30.000Z';
    await store.knowledge.update(id, { progress: { done: 1, total: 3 } }, dueAt, {
      job: { source, bytes: null, dueAt },
    });
    await world.pass(29);
    expect(await world.names()).toEqual(['Home']);
    await world.pass(2);
    expect((await crawled(world, id)).crawl).toMatchObject({ added: 2, unchanged: 1 });
    expect(await world.names()).toEqual(['A', 'B', 'Home']);
  });
});
