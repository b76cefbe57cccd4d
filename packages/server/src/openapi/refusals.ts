import type { Entry, ErrorCode } from '@crmflow/core/contract';

/** What an operation may refuse with beside what its row tells: reasons of its own. */
const OWN: Record<string, readonly ErrorCode[]> = {
  'auth.register': ['forbidden'],
  'auth.login': ['unauthenticated'],
  'auth.changePassword': ['forbidden'],
  'sessions.start': ['unauthenticated', 'not_found', 'workflow_invalid'],
  'knowledge.scrape': ['provider_failed'],
  'ai.generate': ['provider_failed'],
  'ai.generateWorkflow': ['provider_failed'],
};

/** Every refusal that an operation can give; where two share a status, the later says more. */
export function refusalsOf({ noun, verb, op }: Entry): ErrorCode[] {
  const { access, path, method, isVersioned } = op;
  const hasBody = method === 'post' || method === 'put';
  const when = (is: boolean | undefined, ...codes: ErrorCode[]) => (is ? codes : []);
  return [
    'invalid_input',
    ...when(access !== 'public', 'unauthenticated'),
    ...when(access === 'operator', 'forbidden'),
    ...when(path.includes(':'), 'not_found'),
    ...when(method !== 'get', 'conflict', 'unprocessable'),
    ...when(isVersioned && method === 'put', 'stale'),
    ...when(hasBody, 'too_large', 'unsupported_media'),
    'rate_limited',
    'unavailable',
    ...(OWN[`${noun}.${verb}`] ?? []),
  ];
}
