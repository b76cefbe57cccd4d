interface ServerSent {
  event: string;
  data: string;
}

/** Reads server-sent events as they come, until the signal aborts: https://html.spec.whatwg.org/multipage/server-sent-events.html */
export async function* serverSent(
  body: ReadableStream<Uint8Array>,
  signal?: AbortSignal,
): AsyncGenerator<ServerSent, void> {
  let [event, data]: [string, string[]] = ['message', []];
  for await (const line of linesOf(body, signal)) {
    if (line === '') {
      if (data.length) yield { event, data: data.join('\n') };
      [event, data] = ['message', []];
      continue;
    }
    const [, field, value] = /^([^:]*)(?:: ?(.*))?$/s.exec(line)!;
    if (field === 'event') event = value ?? '';
    if (field === 'data') data.push(value ?? '');
  }
}

async function* linesOf(
  body: ReadableStream<Uint8Array>,
  signal?: AbortSignal,
): AsyncGenerator<string, void> {
  // By hand: not every browser can loop over a stream.
  const reader = body.getReader();
  const leave = () => void reader.cancel().catch(() => undefined);
  signal?.addEventListener('abort', leave);
  if (signal?.aborted) leave();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      rest += done ? decoder.decode() : decoder.decode(value, { stream: true });
      // A carriage return at the end may be half of a line end.
      const lines = rest.split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop()!;
      yield* lines;
      if (done) return;
    }
  } finally {
    signal?.removeEventListener('abort', leave);
    leave();
  }
}
