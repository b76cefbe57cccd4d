import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import express, { Router, type RequestHandler } from 'express';
import { named } from '../log.ts';
import { only } from '../methods.ts';
import { chat, icon, inbox, templates } from './html.ts';

const [beside, built] = ['./page', '../../dist/page'].map((place) =>
  fileURLToPath(new URL(place, import.meta.url)),
) as [string, string];
/** Beside the built server; in its dist folder when the server runs from source. */
const ASSETS = existsSync(beside) ? beside : built;

/** Only its own files, and only text where it shows what others wrote. */
const POLICY = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self'",
  'connect-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'self'",
  'require-trusted-types-for': "'script'",
  'trusted-types': "'none'",
};
type Policy = Record<string, string>;
const policyText = (policy: Policy) =>
  Object.entries(policy)
    .map((directive) => directive.join(' '))
    .join('; ');

/**
 * The pages: at `/` the templates and a conversation with any workflow that may be run; at `/inbox` the one for whoever takes
 * conversations over; at `/chat` a conversation alone, which pages of `origins` may show in a frame, and `/widget.js`, by which they do.
 */
export function createPages({ origins }: { origins: readonly string[] }): Router {
  // At /inbox/ the addresses of the page, which are relative, would lead elsewhere.
  const router = Router({ strict: true });
  const show = (path: string, html: string, policy: Policy = POLICY) => {
    const answer: RequestHandler = (_request, response) => {
      response.set({
        'content-security-policy': policyText(policy),
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
      });
      // It knows no list of origins, and the policy says more.
      response.removeHeader('x-frame-options');
      response.type('html').send(html);
    };
    router
      .route(path)
      .all(named(path))
      .get(answer)
      .all(only(['GET']));
  };
  show('/', templates);
  show('/inbox', inbox);
  show('/chat', chat, {
    ...POLICY,
    // What the author of a workflow shows.
    'img-src': "'self' https:",
    'media-src': "'self' https:",
    'frame-ancestors': ["'self'", ...origins].join(' '),
  });
  router.use('/page', named('/page'));
  router.get('/page/icon.svg', (_request, response) => {
    response.type('svg').send(icon);
  });
  router.all('/widget.js', named('/widget.js'));
  router.get('/widget.js', (_request, response) => {
    response.sendFile('widget.js', { root: ASSETS, maxAge: '5m' });
  });
  router.use('/page', express.static(ASSETS, { index: false }));
  return router;
}
