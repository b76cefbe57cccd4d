import type { RequestHandler } from 'express';
import { CrmflowError } from '@crmflow/core/contract';

/** What stands last at a path: refuses every method but these, and names them. Whatever can be read has a HEAD. */
export function only(methods: readonly string[]): RequestHandler {
  const allowed = methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ');
  return ({ method, baseUrl, path }, response) => {
    response.set('allow', allowed);
    const at = (response.locals as { route?: string }).route ?? `${baseUrl}${path}`;
    throw new CrmflowError('method_not_allowed', `${at} answers ${allowed}, not ${method}.`);
  };
}
