const MOST_LINKS = 2_000;

/** What a page at this address says to machines: where it leads, and whether they may keep it and go on. */
export function notesOf(page, url) {
  const base = absolute(page('base[href]').first().attr('href'), url) ?? url;
  const hrefOf = (element) => absolute(page(element).attr('href'), base);
  const robots = page('meta[name="robots" i], meta[name="crmflow" i]')
    .get()
    .flatMap((element) => wordsOf(page(element).attr('content')));
  const [canonical] = page('link[href]')
    .get()
    .filter((element) => wordsOf(page(element).attr('rel')).includes('canonical'));
  const links = new Set();
  for (const element of page('a[href], area[href]').get()) {
    if (wordsOf(page(element).attr('rel')).includes('nofollow')) continue;
    const link = hrefOf(element);
    if (link) links.add(link);
    if (links.size >= MOST_LINKS) break;
  }
  return {
    canonical: canonical ? hrefOf(canonical) : null,
    links: [...links],
    mayIndex: !robots.some((word) => word === 'noindex' || word === 'none'),
    mayFollow: !robots.some((word) => word === 'nofollow' || word === 'none'),
  };
}

const wordsOf = (list = '') => list.toLowerCase().split(/[\s,]+/);

/** Without its fragment, which names a place in a page; null for what is no page on the web. */
function absolute(href, base) {
  const url = URL.canParse(href, base) ? new URL(href, base) : null;
  if (!url || !/^https?:$/.test(url.protocol)) return null;
  url.hash = '';
  return url.href;
}
