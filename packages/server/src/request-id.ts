import { randomUUID } from 'node:crypto';
import type { RequestHandler, Response } from 'express';

const NAME = 'x-request-id';

/** Gives every request an id: the one it brings, when that is plain, else a new one. It goes back with the answer. */
export const requestIds: RequestHandler = ({ headers }, response, next) => {
  const given = headers[NAME];
  const isPlain = typeof given === 'string' && /^[\w.-]{1,100}$/.test(given);
  response.set(NAME, isPlain ? given : randomUUID());
  next();
};

export const requestIdOf = (response: Response): string => String(response.get(NAME));
