import { Router, type Request, type Response } from 'express';
import type { App } from '@crmflow/core';
import { named } from './log.ts';
import { only } from './methods.ts';

/** What a session has made and anybody may fetch who has its address: Twilio, or a page that plays it. */
export function createFiles({ app }: { app: App }): Router {
  const path = '/files/:token';
  const router = Router({ caseSensitive: true });
  router
    .route(path)
    .all(named(`/api${path}`))
    .get(async (request, response) => {
      const { mimeType, bytes } = await app.published(String(request.params.token));
      // It never changes, and it goes with its session.
      response.set({ 'cache-control': 'private, max-age=86400, immutable', 'accept-ranges': 'bytes' });
      response.set('content-security-policy', "default-src 'none'; sandbox");
      response.setHeader('content-type', isSound(mimeType) ? mimeType : 'application/octet-stream');
      sendPart(request, response, bytes);
    })
    .all(only(['GET']));
  return router;
}

const isSound = (mimeType: string) => /^audio\/[\w.+-]+$/.test(mimeType);

/** All of it, or the one part that was asked for: players on Apple's systems take sound in parts alone (RFC 9110, 14). */
function sendPart(request: Request, response: Response, bytes: Uint8Array): void {
  const asked = request.range(bytes.length, { combine: true });
  if (asked === -1) return void response.status(416).set('content-range', `bytes */${bytes.length}`).end();
  const [part] =
    asked !== undefined && asked !== -2 && asked.type === 'bytes' && asked.length === 1 ? asked : [];
  if (!part) return void response.set('content-length', String(bytes.length)).end(bytes);
  const piece = bytes.subarray(part.start, part.end + 1);
  response.status(206).set({
    'content-range': `bytes ${part.start}-${part.end}/${bytes.length}`,
    'content-length': String(piece.length),
  });
  response.end(piece);
}
