import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Router, type Request } from 'express';
import { CrmflowError, type Actor } from '@crmflow/core/contract';
import { named } from './log.ts';
import { only } from './methods.ts';

interface Needs {
  actorOf(request: Request): Promise<Actor>;
  backUp(): AsyncIterable<Uint8Array>;
}

/** A backup of all that this server holds, as it is made, for whoever runs this installation. */
export function createBackup({ actorOf, backUp }: Needs): Router {
  const path = '/backup';
  const router = Router({ caseSensitive: true });
  router
    .route(path)
    .all(named(`/api${path}`))
    .get(async (request, response) => {
      const actor = await actorOf(request);
      if (actor.role !== 'user' || !actor.isOperator)
        throw new CrmflowError(
          'forbidden',
          'Take a backup: only for whoever runs this installation, by crmflow backup on its machine.',
        );
      const bytes = Readable.from(backUp(), { objectMode: false });
      // What is refused is refused before anything is answered.
      await once(bytes, 'readable');
      response.set('cache-control', 'no-store').type('application/octet-stream');
      await pipeline(bytes, response);
    })
    .all(only(['GET']));
  return router;
}
