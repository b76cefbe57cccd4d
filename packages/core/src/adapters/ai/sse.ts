import { TextDecoder } from 'node:util';
import { createParser } from 'eventsource-parser';
import { Failure } from './failure.ts';

/** The data of each server-sent event, whatever pieces it travelled in. @throws Failure `malformed` for what is no text */
export async function* eventsIn(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const whole: string[] = [];
  const parser = createParser({ onEvent: ({ data }) => whole.push(data) });
  for await (const bytes of body) {
    parser.feed(textIn(bytes, decoder));
    yield* whole.splice(0);
  }
}

function textIn(bytes: Uint8Array, decoder: TextDecoder): string {
  try {
    return decoder.decode(bytes, { stream: true });
  } catch (cause) {
    throw new Failure('malformed', '', { cause });
  }
}

/** @throws Failure `malformed` for what is no JSON object */
export function objectIn(text: string): Record<string, unknown> {
  const value = parsed(text);
  if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  throw new Failure('malformed');
}

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
