import { evaluated } from './evaluated.mjs';

/** Replaces the SDK's table of routes by its value, so that a browser need not load the schemas it is read from. */
export const foldRoutes = {
  name: 'fold-routes',
  setup(build) {
    build.onLoad({ filter: /[\\/]sdk[\\/]src[\\/]routes\.ts$/ }, async () => {
      const { routes } = await evaluated('packages/sdk/src/routes.ts');
      return { contents: `export const routes = ${JSON.stringify(routes)};`, loader: 'js' };
    });
  },
};
