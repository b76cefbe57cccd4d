import { readFileSync } from 'node:fs';
import { defineConfig, type Options } from 'tsup';
import { PAGE_FOLDER, pageEntries, presentEntries, widgetEntries } from './scripts/entries.mjs';
import { foldRoutes } from './scripts/fold-routes.mjs';

const entries: Record<string, Record<string, string>> = presentEntries();

/** Plain JavaScript that core carries in its own files: one file opens in a tenth of the time of hundreds. */
const bundled = new Set([
  '@marcbachmann/cel-js',
  '@paralleldrive/cuid2',
  'chrono-node',
  'fastest-levenshtein',
  'ipaddr.js',
  'libphonenumber-js',
  'liquidjs',
  'lru-cache',
  're2js',
  'undici',
  'yaml',
  'zod',
]);

/** The libraries that stay imports: what package.json names as a dependency. The rest is bundled. */
function externals(name: string): RegExp[] {
  const { dependencies } = JSON.parse(readFileSync(`packages/${name}/package.json`, 'utf8')) as {
    dependencies?: Record<string, string>;
  };
  return Object.keys(dependencies ?? {})
    .filter((library) => !bundled.has(library))
    .map((library) => new RegExp(`^${library}(/|$)`));
}

/** All files of a package land side by side: a chunk finds its neighbours with `import.meta.url`. */
const building = (name: string, options: Options): Options[] =>
  entries[name]
    ? [
        {
          name,
          entry: entries[name],
          outDir: `packages/${name}/dist`,
          format: 'esm',
          target: 'node20',
          splitting: true,
          sourcemap: true,
          silent: true,
          external: externals(name),
          ...options,
        },
      ]
    : [];

const typed = (name: string) => ({
  entry: Object.fromEntries(Object.entries(entries[name] ?? {}).filter(([, file]) => file.endsWith('.ts'))),
});

// Some bundled libraries are CommonJS and require Node's own modules, which an ES module cannot without this.
const banner = {
  js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
};

const page: Record<string, string> = pageEntries();
/** Each in one file, for a browser. */
const inBrowser: Options = {
  name: 'page',
  entry: page,
  outDir: PAGE_FOLDER,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  splitting: false,
  minify: true,
  silent: true,
  noExternal: [/./],
  esbuildPlugins: [foldRoutes],
};

const widget: Record<string, string> = widgetEntries();
/** A classic script, which leaves nothing behind in the page it runs in. */
const inOthers: Options = {
  ...inBrowser,
  name: 'widget',
  entry: widget,
  format: 'iife',
  outExtension: () => ({ js: '.js' }),
};

export default defineConfig([
  ...building('core', {
    dts: typed('core'),
    external: [...externals('core'), 'vitest'],
    noExternal: [...bundled].map((library) => new RegExp(`^${library}(/|$)`)),
    banner,
  }),
  ...building('server', { dts: typed('server') }),
  ...building('sdk', {
    dts: typed('sdk'),
    format: ['esm', 'cjs'],
    noExternal: [/^@crmflow\/core/],
    esbuildPlugins: [foldRoutes],
  }),
  ...(Object.keys(page).length ? [inBrowser] : []),
  ...(Object.keys(widget).length ? [inOthers] : []),
  ...building('cli', { banner }),
]);
