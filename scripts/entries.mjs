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

/** What the server's pages load in a browser, each with its style sheet. */
const PAGES = { page: 'page.ts', inbox: 'inbox/inbox.ts', chat: 'chat/chat.ts' };
/** What the pages of others load: a script by itself. */
const WIDGET = { widget: 'widget/widget.ts' };
const CLIENT = 'packages/server/src/page/client';
export const PAGE_FOLDER = 'packages/server/dist/page';

const inClient = (sources, root) =>
  Object.fromEntries(
    Object.entries(sources)
      .map(([name, source]) => [name, `${CLIENT}/${source}`])
      .filter(([, source]) => existsSync(`${root}/${source}`)),
  );
/** The scripts of the pages, whose source is there. */
export const pageEntries = (root = '.') => inClient(PAGES, root);
/** The script that pages of others load, when its source is there. */
export const widgetEntries = (root = '.') => inClient(WIDGET, root);

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
