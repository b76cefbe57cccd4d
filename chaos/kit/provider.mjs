import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a model says to a question, in pieces. */
const piecesFor = (question) => [
  ...['You asked about ', question, '. ', 'It takes ', 'two days ', 'or three, ', 'and we write ', 'to you.'],
];
export const answerTo = (question) => piecesFor(question).join('');

const event = (delta, finish_reason = null) =>
  `data: ${JSON.stringify({ object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
const END = [
  event({}, 'stop'),
  `data: ${JSON.stringify({ choices: [], usage: { prompt_tokens: 12, completion_tokens: 9 } })}\n\n`,
  'data: [DONE]\n\n',
];

function begin(response) {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.flushHeaders();
}
async function write(response, pieces, everyMs) {
  for (const piece of pieces) {
    if (response.destroyed) return;
    response.write(piece);
    await sleep(everyMs);
  }
}
const contents = (question) => piecesFor(question).map((content) => event({ content }));
const refusing = (status, headers, body) => async (response) => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(body ?? JSON.stringify({ error: { message: 'Not now.', type: 'error', code: null } }));
};

/** Every way in which a provider answers, by name. */
export const BEHAVIOURS = {
  good: async (response, question) => {
    begin(response);
    await write(response, [...contents(question), ...END], 25);
    response.end();
  },
  '429 without Retry-After': refusing(429),
  '429 with Retry-After': refusing(429, { 'retry-after': '1' }),
  '500 with a page': refusing(500, { 'content-type': 'text/html' }, '<h1>Bad gateway</h1>'),
  401: refusing(
    401,
    {},
    JSON.stringify({ error: { message: 'Incorrect API key', code: 'invalid_api_key' } }),
  ),
  reset: async (response, question) => {
    begin(response);
    await write(response, contents(question).slice(0, 3), 25);
    response.socket?.resetAndDestroy();
  },
  'clean cut': async (response, question) => {
    begin(response);
    await write(response, contents(question).slice(0, 3), 25);
    response.end();
  },
  '60 s to the first byte': async (response, question) => {
    await sleep(60_000, undefined, { ref: false });
    if (!response.destroyed) await BEHAVIOURS.good(response, question);
  },
  '1 byte a second': async (response, question) => {
    begin(response);
    await write(response, [...contents(question), ...END].join(''), 1_000);
    response.end();
  },
  /** Begins, and says no more. */
  stall: async (response, question) => {
    begin(response);
    await write(response, contents(question).slice(0, 3), 25);
  },
};

/** A provider of models that speaks OpenAI's protocol; `behave` gives the name of how it answers a question. */
export async function startProvider() {
  const news = new EventEmitter();
  const provider = { news, asked: 0, behave: () => 'good' };
  const server = createServer(async (request, response) => {
    response.on('error', () => undefined);
    if (request.method === 'GET') return void response.end('{"object":"list","data":[]}');
    const { messages } = await json(request);
    const question = messages.findLast(({ role }) => role === 'user').content;
    provider.asked += 1;
    news.emit('asked', question);
    await BEHAVIOURS[provider.behave(question)](response, question);
    news.emit('answered', question);
  });
  server.listen(0, '127.0.0.1', 1_024);
  await once(server, 'listening');
  const env = {
    OPENAI_BASE_URL: `http://127.0.0.1:${server.address().port}/v1`,
    OPENAI_API_KEY: 'a-key-of-the-chaos',
    AI_KEYS_FOR: 'everyone',
  };
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return Object.assign(provider, { env, close });
}
