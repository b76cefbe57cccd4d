import express, { Router, type Request, type Response } from 'express';
import type { App } from '@crmflow/core';
import { CrmflowError } from '@crmflow/core/contract';
import { closing } from './closing.ts';
import { named } from './log.ts';
import { only } from './methods.ts';

interface Needs {
  app: App;
  /** Whether this server still takes work. */
  isReady(): boolean;
}

/** What other systems may send at most. */
const MOST_BYTES = 64_000;
const readBytes = express.raw({ type: () => true, limit: MOST_BYTES });

/** Where other systems call conversations, and people open the address they were sent. */
export function createHooks({ app, isReady }: Needs): Router {
  const router = Router({ caseSensitive: true });
  const waiting = '/hooks/wait/:token';
  router
    .route(waiting)
    .all(named(`/api${waiting}`))
    .get(async (request, response) => {
      const page = await app.callbacks.look(tokenIn(request)).catch(overPage);
      // A look ahead, as mail scanners and messengers take it, calls nothing: that takes the button.
      send(response, page);
    })
    .post(readBytes, async (request, response) => {
      if (!isReady()) throw closing();
      const token = tokenIn(request);
      const isPerson = request.accepts(['json', 'html']) === 'html';
      const page: Page | null = isPerson ? await app.callbacks.look(token).catch(overPage) : null;
      if (page?.status === 404) return send(response, page);
      await app.callbacks.call(token, sentBy(request));
      if (page) send(response, { ...page, question: page.done, go: '' });
      else response.status(202).json({ received: true });
    })
    .all(only(['GET', 'POST']));
  const starting = '/hooks/:workflow';
  router
    .route(starting)
    .all(named(`/api${starting}`))
    .post(readBytes, async (request, response) => {
      if (!isReady()) throw closing();
      const { body, contentType } = sentBy(request);
      const headers = Object.fromEntries(SIGNING.map((name) => [name, request.get(name)]));
      response
        .status(202)
        .json(await app.startByWebhook(String(request.params.workflow), { body, contentType, headers }));
    })
    .all(only(['POST']));
  return router;
}

/** What Standard Webhooks signs with. */
const SIGNING = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];

const tokenIn = ({ params }: Request) => String(params.token);

/** What came, before anybody has looked into it. */
function sentBy(request: Request) {
  const body: unknown = request.body;
  return {
    body: body instanceof Uint8Array ? body : new Uint8Array(),
    contentType: request.headers['content-type'] ?? '',
    query: Object.fromEntries(Object.entries(request.query).map(([name, value]) => [name, String(value)])),
  };
}

type Page = Awaited<ReturnType<App['callbacks']['look']>> & { status?: number };

function overPage(cause: unknown): Page {
  if (!(cause instanceof CrmflowError) || cause.code !== 'not_found') throw cause;
  return { status: 404, language: 'en', question: cause.message, go: '', done: '' };
}

function send(response: Response, { status = 200, language, question, go }: Page): void {
  response.status(status).set({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    // Without it the button's own page would be a stranger to us.
    'referrer-policy': 'same-origin',
    'x-robots-tag': 'noindex',
  });
  const form = go && `<form method="post"><button>${escape(go)}</button></form>`;
  response.end(
    `<!doctype html><html lang="${escape(language)}"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(question)}</title><p>${escape(question)}</p>${form}</html>`,
  );
}

const escape = (text: string) => text.replace(/[<>&"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
