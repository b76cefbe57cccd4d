import { CrmflowError, reasonOf } from '../errors.ts';
import { isMap, type Json, type Variables } from '../language/json.ts';
import type { EffectContext, Outcome } from '../nodes/node.ts';
import type { AiModel, Http, HttpRequest, Mail } from '../ports.ts';

/** A node may call a hundred pages: the first tell what there is to tell. */
const MOST_NOTED = 20;
/** Of what an item is called. */
const NAME_LENGTH = 120;

type Watched = Pick<EffectContext, 'http' | 'mail' | 'ai' | 'search'>;
type Note = Record<string, Json>;

/**
 * Watches what one run of a node does outside, for the log: whom it asked, how long that took and how it ended; which
 * passages were found and how well they fit. Never what was said, and of an address the host alone.
 */
export function watch(ports: Watched, ticks: () => number) {
  const elapsed = stopwatch(ticks);
  const passages: Note[] = [];
  const models: Note[] = [];
  const calls: Note[] = [];
  return {
    ports: {
      http: watchedHttp(ports.http, calls, ticks),
      mail: watchedMail(ports.mail, calls, ticks),
      ai: watchedAi(ports.ai, models, ticks),
      search: watchedSearch(ports.search, passages),
    } satisfies Watched,
    /** All that was noted, once the node has decided. */
    work(outcome: Outcome): { ms: number; data: Variables } {
      const ms = elapsed();
      const error = codeIn(outcome);
      const data = {
        ms,
        port: outcome.kind === 'next' ? outcome.port : outcome.kind,
        ...(error !== undefined && { error }),
        ...(passages.length > 0 && { passages }),
        ...(models.length > 0 && { models }),
        ...(calls.length > 0 && { calls }),
      };
      return { ms, data };
    },
  };
}

const watchedHttp = (http: Http, calls: Note[], ticks: () => number): Http => {
  const noting =
    <T extends { status: number }>(go: (request: HttpRequest) => Promise<T>) =>
    (request: HttpRequest) =>
      noted(
        calls,
        ticks,
        { method: request.method, host: hostOf(request.url) },
        () => go(request),
        ({ status }) => ({ status }),
      );
  return { send: noting((request) => http.send(request)), stream: noting((request) => http.stream(request)) };
};

const watchedMail = (mail: Mail, calls: Note[], ticks: () => number): Mail => ({
  send: (letter, account, within) =>
    noted(
      calls,
      ticks,
      { method: 'SMTP', host: account.host },
      () => mail.send(letter, account, within),
      (answer) => (answer.kind === 'sent' ? { refused: answer.refused.length } : { failed: answer.reason }),
    ),
});

const watchedAi = (ai: AiModel, models: Note[], ticks: () => number): AiModel => ({
  async *stream(request, signal) {
    let elapsed = stopwatch(ticks);
    let isNoted = false;
    const note = (entry: Note) => {
      add(models, { ...entry, ms: elapsed() });
      elapsed = stopwatch(ticks);
      isNoted = true;
    };
    try {
      for await (const part of ai.stream(request, signal)) {
        if (part.kind === 'done') note({ ...(part.by !== undefined && { by: part.by }), ...part.usage });
        if (part.kind === 'failed') note({ by: part.by, failed: part.reason });
        yield part;
      }
    } catch (cause) {
      // Of those that were asked in turn each has been noted.
      if (!isNoted) note({ failed: whyOf(cause) });
      throw cause;
    }
  },
});

const watchedSearch =
  (search: Watched['search'], passages: Note[]): Watched['search'] =>
  async (question, among) => {
    const found = await search(question, among);
    for (const { source, page, score } of found)
      add(passages, {
        source: source.slice(0, NAME_LENGTH),
        ...(page !== undefined && { page }),
        score: Math.round(score * 1000) / 1000,
      });
    return found;
  };

/** Notes one call, with how it ended. */
async function noted<T>(
  calls: Note[],
  ticks: () => number,
  what: Note,
  call: () => Promise<T>,
  ended: (answer: T) => Note,
): Promise<T> {
  const elapsed = stopwatch(ticks);
  try {
    const answer = await call();
    add(calls, { ...what, ...ended(answer), ms: elapsed() });
    return answer;
  } catch (cause) {
    add(calls, { ...what, failed: whyOf(cause), ms: elapsed() });
    throw cause;
  }
}

function add(notes: Note[], entry: Note) {
  if (notes.length < MOST_NOTED) notes.push(entry);
}

/** Whole milliseconds since now. */
function stopwatch(ticks: () => number) {
  const from = ticks();
  return () => Math.round(ticks() - from);
}

/** In one word why something failed: its reason where it has one, else its code. */
const whyOf = (cause: unknown): string => reasonOf(cause) ?? CrmflowError.from(cause).code;

/** The host, where there is one: what stands behind it may be a visitor's. */
const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : '');

/** The code of what went wrong; the sentence is the session's alone, as it may name what was said. */
function codeIn({ set }: Outcome): Json | undefined {
  const error = set?.['error'];
  return isMap(error) ? error['code'] : undefined;
}
