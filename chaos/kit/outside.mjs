import { execFileSync } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { folder } from './processes.mjs';

async function listening(server) {
  server.listen(0, '127.0.0.1', 1_024);
  await once(server, 'listening');
  return server.address().port;
}
const close = (server) => {
  server.closeAllConnections();
  server.close();
};

/**
 * Somebody else's HTTP API, which counts what it is asked by the idempotency key. `behave` may hold an answer back.
 */
export async function startReceiver() {
  /** How often each key came. */
  const calls = new Map();
  const news = new EventEmitter();
  const receiver = { calls, news, behave: async () => undefined };
  const server = createServer(async (request, response) => {
    const key = request.headers['idempotency-key'] ?? '';
    await text(request).catch(() => '');
    calls.set(key, (calls.get(key) ?? 0) + 1);
    news.emit('call', key);
    await receiver.behave(key);
    response.setHeader('content-type', 'application/json').end('{"received":true}');
  });
  const port = await listening(server);
  return Object.assign(receiver, { host: `127.0.0.1:${port}`, close: () => close(server) });
}

/** A certificate for a name, good by itself to whoever takes its file for an authority. */
const certificates = new Map();
function certificateFor(name) {
  const known = certificates.get(name);
  if (known) return known;
  const dir = folder('certificate');
  const [key, certificate] = ['key.pem', 'certificate.pem'].map((file) => join(dir, file));
  const args = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`];
  execFileSync('openssl', ['req', ...args, ...subject, '-keyout', key, '-out', certificate], {
    stdio: 'ignore',
  });
  const made = { key: readFileSync(key), cert: readFileSync(certificate), file: certificate };
  certificates.set(name, made);
  return made;
}

/** Twilio's REST API. A message to a person has no key: it is counted by who it is to. */
export async function startTwilio() {
  const sent = new Map();
  const news = new EventEmitter();
  const twilio = { sent, news, isFailing: false, behave: async () => undefined };
  const { file, ...certificate } = certificateFor('api.twilio.com');
  const server = createTlsServer(certificate, async (request, response) => {
    const to = new URLSearchParams(await text(request).catch(() => '')).get('To') ?? '';
    if (!twilio.isFailing) sent.set(to, (sent.get(to) ?? 0) + 1);
    news.emit('sent', to);
    await twilio.behave(to);
    response.writeHead(twilio.isFailing ? 500 : 201, { 'content-type': 'application/json' });
    response.end(JSON.stringify(twilio.isFailing ? {} : { sid: `SM${to}`, status: 'queued' }));
  });
  const port = await listening(server);
  const env = {
    CHAOS_TWILIO_PORT: String(port),
    NODE_EXTRA_CA_CERTS: file,
  };
  return Object.assign(twilio, { env, close: () => close(server) });
}
