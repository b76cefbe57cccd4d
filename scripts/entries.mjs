import { existsSync } from 'node:fs';

/** What each package offers: the name in its dist folder, and the source it is built from. */
const ENTRIES = {
  core: {
    index: 'src/index.ts',
    open: 'src/open.ts',
    contract: 'src/contract/index.ts',
    testing: 'src/testing/index.ts',
    'pglite-worker': 'src/adapters/embedded/pglite-worker.js',
    'article-worker': 'src/adapters/parsing/article-worker.js',
    'parse-worker': 'src/adapters/parsing/parse-worker.js',
  },
  server: { index: 'src/index.ts' },
  sdk: { index: 'src/index.ts' },
  cli: { main: 'src/main.ts' },
};

/** What the server's pages load in a browser. */
const PAGES = {
  page: 'packages/server/src/page/client/page.ts',
  inbox: 'packages/server/src/page/client/inbox/inbox.ts',
};
export const PAGE_FOLDER = 'packages/server/dist/page';

/** The script of each page with its style sheet, when its source is there. */
export const pageEntries = (root = '.') =>
  Object.fromEntries(Object.entries(PAGES).filter(([, source]) => existsSync(`${root}/${source}`)));

/** The entries whose source is there, by package: `{ core: { index: 'packages/core/src/index.ts' } }`. */
export function presentEntries(root = '.') {
  const present = Object.entries(ENTRIES).map(([name, entries]) => [
    name,
    Object.fromEntries(
      Object.entries(entries)
        .map(([output, source]) => [output, `packages/${name}/${source}`])
        .filter(([, source]) => existsSync(`${root}/${source}`)),
    ),
  ]);
  return Object.fromEntries(present.filter(([, entries]) => Object.keys(entries).length > 0));
}
