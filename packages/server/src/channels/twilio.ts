import express, { Router, type Request } from 'express';
import type { App } from '@crmflow/core';
import { CrmflowError } from '@crmflow/core/contract';
import { closing } from '../closing.ts';
import { named } from '../log.ts';
import { only } from '../methods.ts';

interface Needs {
  app: App;
  /** Whether this server still takes work. */
  isReady(): boolean;
}

const FORM = 'application/x-www-form-urlencoded';
const MOST = '100kb';

/** What Twilio calls for a message or a call: a form comes in, TwiML goes out. */
export function createTwilioRoute({ app, isReady }: Needs): Router {
  const router = Router({ caseSensitive: true });
  const path = '/api/channels/twilio/:workflow';
  router
    .route(path)
    .all(named(path))
    .post(
      express.text({ type: FORM, limit: MOST }),
      async (request: Request<{ workflow: string }>, response) => {
        if (!isReady()) throw closing();
        const body: unknown = request.body ?? '';
        if (typeof body !== 'string' || !request.is(FORM))
          throw new CrmflowError('unsupported_media', `Send a form: content-type: ${FORM}.`);
        const twiml = await app.twilio({
          workflowId: request.params.workflow,
          path: request.originalUrl,
          params: [...new URLSearchParams(body)],
          signature: request.get('x-twilio-signature'),
        });
        response.type('text/xml').send(twiml);
      },
    )
    .all(only(['POST']));
  return router;
}
