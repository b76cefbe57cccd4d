import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import express, { Router, type RequestHandler } from 'express';
import { only } from '../methods.ts';
import { icon, inbox, templates } from './html.ts';

const [beside, built] = ['./page', '../../dist/page'].map((place) =>
  fileURLToPath(new URL(place, import.meta.url)),
) as [string, string];
/** Beside the built server; in its dist folder when the server runs from source. */
const ASSETS = existsSync(beside) ? beside : built;

/** Only its own files, and only text where it shows what others wrote. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const show =
  (html: string): RequestHandler =>
  (_request, response) => {
    response.set({
      'content-security-policy': POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
    response.type('html').send(html);
  };

/**
 * The page at `/`: the templates, and a conversation with any workflow that may be run. The page at `/inbox`: for whoever
 * takes conversations over.
 */
export function createPages(): Router {
  // At /inbox/ the addresses of the page, which are relative, would lead elsewhere.
  const router = Router({ strict: true });
  router
    .route('/')
    .get(show(templates))
    .all(only(['GET']));
  router
    .route('/inbox')
    .get(show(inbox))
    .all(only(['GET']));
  router.get('/page/icon.svg', (_request, response) => {
    response.type('svg').send(icon);
  });
  router.use('/page', express.static(ASSETS, { index: false }));
  return router;
}
