import { createParser } from 'eventsource-parser';
import { Failure } from './failure.ts';

/** The data of each server-sent event, whatever pieces it travelled in. */
export async function* eventsIn(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  const whole: string[] = [];
  const parser = createParser({ onEvent: ({ data }) => whole.push(data) });
  for await (const bytes of body) {
    parser.feed(decoder.decode(bytes, { stream: true }));
    yield* whole.splice(0);
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
