import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import express, { Router } from 'express';
import { named } from './log.ts';
import { only } from './methods.ts';

const assets = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
const FILES = ['swagger-ui.css', 'swagger-ui-bundle.js'];

const html = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>CRMFlow API</title>
    <link rel="stylesheet" href="docs/swagger-ui.css">
  </head>
  <body>
    <div id="reference"></div>
    <script src="docs/swagger-ui-bundle.js"></script>
    <script src="docs/start.js"></script>
  </body>
</html>
`;
const start = `SwaggerUIBundle({ url: 'openapi.json', dom_id: '#reference', deepLinking: true });\n`;

/** Styles are set on elements by the reference itself; scripts and data come from here alone. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The reference of the API, read in the browser from openapi.json; nothing of it comes from elsewhere. */
export function createDocs(): Router {
  const router = Router({ strict: true });
  router.use('/api/docs', named('/api/docs'));
  router
    .route('/api/docs')
    .get((_request, response) => void response.set('content-security-policy', POLICY).type('html').send(html))
    .all(only(['GET']));
  // What it needs stands beside it, not below it.
  router.get('/api/docs/', (_request, response) => response.redirect(308, '../docs'));
  router.get('/api/docs/start.js', (_request, response) => {
    response.type('js').send(start);
  });
  for (const file of FILES)
    router.use(`/api/docs/${file}`, express.static(`${assets}/${file}`, { maxAge: '1d' }));
  return router;
}
