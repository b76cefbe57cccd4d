import { CrmflowError } from '../errors.ts';
import type { Json } from '../language/json.ts';
import { bodyOf } from '../nodes/sent.ts';
import type { AiModel, Http, HttpRequest, HttpResponse, Mail } from '../ports.ts';
import type { Exchange, ModelAnswer } from '../workflow/conversation.ts';

/** The outside as a conversation has it: each exchange once; all else is out of reach. */
export function scriptedHttp(exchanges: readonly Exchange[]): Http & {
  /** Those that nobody has asked for yet. */
  left: readonly Exchange[];
  /** What was sent in the place of what must be, a sentence each. */
  missent: readonly string[];
} {
  const left = [...exchanges];
  const missent: string[] = [];
  const http = httpThat((request) => {
    const { method, url } = request;
    const at = left.findIndex((each) => each.method === method && each.url === url);
    const [found] = at < 0 ? [] : left.splice(at, 1);
    const sent = sentIn(request);
    if (found?.body !== undefined && !isSame(found.body, sent))
      missent.push(`${method} ${url}: expected ${JSON.stringify(found.body)}, came ${JSON.stringify(sent)}`);
    return found;
  });
  return { ...http, left, missent };
}

/** The body of a request as JSON, a form as its fields; null for none. */
function sentIn({ body, headers = {} }: HttpRequest): Json {
  if (body === undefined) return null;
  const [, contentType = ''] =
    Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type') ?? [];
  return bodyOf({ body: Buffer.from(body), contentType });
}

/** Whatever the order of fields. */
const isSame = (one: Json, other: Json): boolean =>
  JSON.stringify(one, sorted) === JSON.stringify(other, sorted);
const sorted = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;

/** The outside that answers what it is told to; out of reach where that is nothing. */
export function httpThat(answer: (request: HttpRequest) => Exchange | undefined): Http {
  const send = async (request: HttpRequest): Promise<HttpResponse> => {
    const { method, url } = request;
    const found = answer(request);
    if (!found)
      throw new CrmflowError('unavailable', `The conversation has no answer for ${method} ${url}.`, {
        reason: 'connect',
      });
    const { json, text, status } = found;
    const said = text ?? (json === undefined ? '' : JSON.stringify(json));
    const contentType = text === undefined ? 'application/json' : 'text/plain';
    return { status, headers: { 'content-type': contentType }, body: new TextEncoder().encode(said), url };
  };
  return {
    send,
    async stream(request) {
      const { body, ...rest } = await send(request);
      return {
        ...rest,
        body: (async function* () {
          yield body;
        })(),
      };
    },
  };
}

/** The keys of services that are known by name, where nothing leaves the process. */
export const knownKeys: Readonly<Record<string, Record<string, string>>> = {
  twilio: { accountSid: 'ACtest', authToken: 'the token of a test' },
  smtp: { host: 'mail.example.com', from: 'test@example.com' },
  elevenlabs: { key: 'the key of a test' },
  hubspot: { key: 'the token of a test' },
  pipedrive: { company: 'test', apiToken: 'the token of a test' },
  salesforce: { host: 'test.my.salesforce.com', accessToken: 'the token of a test' },
};
/** Takes every e-mail. */
export const takingMail: Mail = { send: async () => ({ kind: 'sent', refused: [] }) };

/** A model that answers one thing after the other, and nothing more after the last. */
export function scriptedModel(answers: readonly ModelAnswer[]): AiModel {
  const left = [...answers];
  return modelThat(() => left.shift());
}

/** A model that answers what it is told to. */
export function modelThat(
  answer: (request: Parameters<AiModel['stream']>[0]) => ModelAnswer | undefined,
): AiModel {
  return {
    async *stream(request) {
      const given = answer(request) ?? { fails: 'unavailable' };
      if ('fails' in given) {
        const reason = given.fails === 'budget' ? 'budget' : 'unreachable';
        throw new CrmflowError('unavailable', 'The conversation has no answer of a model here.', { reason });
      }
      const text = 'text' in given ? given.text : JSON.stringify(given.json);
      if (text) yield { kind: 'text', text };
      yield { kind: 'done', citations: [], usage: { inputTokens: 0, outputTokens: 0 }, isFound: true };
    },
  };
}
