import { testWorld, type TestWorld } from '@crmflow/core/testing';
import { serve, type ServeOptions } from '@crmflow/server';
import { onTestFinished } from 'vitest';

export interface Answer {
  status: number;
  headers: Headers;
  /** Undefined when there is none. */
  body: unknown;
}
export type Ask = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Answer>;

/** A server of its own on a free port, gone when the test is over. */
export async function begin({
  world = testWorld(),
  ...options
}: Partial<ServeOptions> & { world?: TestWorld } = {}) {
  const serving = await serve({ app: world.app, port: 0, host: '127.0.0.1', version: '0.1.0', ...options });
  onTestFinished(() => serving.close());
  const asking =
    (token?: string): Ask =>
    async (method, path, body, headers = {}) => {
      const response = await fetch(`${serving.url}/api${path}`, {
        method,
        headers: {
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, body: text ? parsed(text) : undefined };
    };
  return {
    ...world,
    serving,
    url: serving.url,
    asking,
    guest: asking(),
    /** Somebody with an account. */
    async register(name: string) {
      const person = { email: `${name}@example.com`, password: 'correct horse battery' };
      const { body } = await asking()('POST', '/auth/register', person);
      const { token, user } = body as { token: string; user: { id: string } };
      return { ...person, token, userId: user.id, ask: asking(token) };
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The body of a refusal without what differs each time. */
export const refusal = ({ status, body }: Answer) => {
  const { error } = body as { error: { code: string; message: string; requestId: string } };
  const { requestId: _requestId, ...rest } = error;
  return { status, ...rest };
};
