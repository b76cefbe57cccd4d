import type { Scope } from '../../language/scope.ts';
import type { HttpRequest } from '../../ports.ts';
import type { Text } from '../data.ts';
import type { EffectContext } from '../node.ts';
import { addressOf, originOf } from './address.ts';
import type { CallData } from './call.ts';

/** The request a node sends, filled in. */
export function requestOf(
  { method, url, query, headers, json, form, timeoutSeconds }: CallData,
  { scope, stepId, signal }: EffectContext,
): HttpRequest {
  const address = addressOf(url, scope);
  for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value.render(scope));
  const body =
    json !== undefined
      ? { type: 'application/json', text: JSON.stringify(json.fill(scope)) }
      : form && {
          type: 'application/x-www-form-urlencoded',
          text: new URLSearchParams(mapped(form, scope)).toString(),
        };
  return {
    method,
    url: address.href,
    headers: {
      accept: 'application/json, text/plain;q=0.9, */*;q=0.5',
      'idempotency-key': stepId,
      ...(body && { 'content-type': body.type }),
      ...mapped(headers, scope),
    },
    ...(body && { body: body.text }),
    onlyOrigin: originOf(url.source)!,
    timeoutMs: timeoutSeconds * 1000,
    signal,
  };
}

const mapped = (texts: Readonly<Record<string, Text>>, scope: Scope): Record<string, string> =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, text.render(scope)]));
