import { closest, distance } from '@crmflow/core';
import type { Env } from '../../settings.ts';

/** Every variable that is read. */
export const VARIABLES: readonly string[] = [
  ...['DATABASE_URL', 'REDIS_URL', 'JWT_SECRET', 'ENCRYPTION_KEY', 'ENCRYPTION_KEY_PREVIOUS'],
  ...['SERVER_PORT', 'SERVER_HOST', 'SERVER_ROLE', 'PUBLIC_URL', 'CORS_ORIGINS', 'TRUST_PROXY'],
  ...['REGISTRATION', 'ALLOWED_PRIVATE_HOSTS', 'LOG_LEVEL', 'METRICS', 'METRICS_TOKEN'],
  ...['GEMINI_API_KEY', 'GEMINI_MODEL', 'OPENAI_API_KEY', 'OPENAI_MODEL', 'OPENAI_BASE_URL'],
  ...['AI_KEYS_FOR', 'AI_TOKENS_PER_DAY', 'AI_PRICES'],
  ...[
    'NODE_ENV',
    'CRMFLOW_DATA_DIR',
    'CRMFLOW_SYNC',
    'CRMFLOW_ARCHIVE',
    'CRMFLOW_URL',
    'CRMFLOW_TOKEN',
    'CRMFLOW_DEBUG',
  ],
  ...['CRMFLOW_KEEP_SESSIONS', 'CRMFLOW_KEEP_LEFT_SESSIONS', 'CRMFLOW_KEEP_LOGS', 'CRMFLOW_KEEP_MODEL_CALLS'],
];

/** Shorter names are near too many of others. */
const FEWEST_CHARACTERS = 8;
/** Typing errors, not words of others. */
const MOST_ERRORS = 2;

/** What Kubernetes sets for a service that is called crmflow. */
const OF_A_SERVICE = /^CRMFLOW_(.+_)?(SERVICE_(HOST|PORT)|PORT)(_.*)?$/;

/** A sentence for each variable that looks like one of ours and is none: what it was to say would go unheard. */
export function unread(env: Env): string[] {
  return Object.keys(env).flatMap((name) => {
    if (VARIABLES.includes(name) || OF_A_SERVICE.test(name)) return [];
    const meant = closest(name, VARIABLES);
    const isMistyped =
      meant !== undefined &&
      env[meant] === undefined &&
      name.length >= FEWEST_CHARACTERS &&
      distance(name, meant) <= MOST_ERRORS;
    if (!isMistyped && !/^CRMFLOW_(?!TEST_)/.test(name)) return [];
    return [`${name} is set, and nothing reads it.${meant === undefined ? '' : ` Is it ${meant}?`}`];
  });
}
