import { expect, it } from 'vitest';
import { serve, door } from '../http/support.ts';
import { SID, TOKEN } from '../outbound/kit.ts';
import type { Http } from '../../packages/core/src/ports.ts';
import { flow, line, textsIn } from './kit.ts';

const asksForFile = (data: object = {}) =>
  flow(
    [
      { id: 'start', type: 'trigger' },
      {
        id: 'ask',
        type: 'listen',
        data: { kind: 'file', prompt: 'A photo, please.', saveAs: 'photo', ...data },
      },
      { id: 'thanks', type: 'speak', data: { text: '{{ photo.mimeType }}, {{ photo.size }} bytes' } },
    ],
    ['start -> ask', 'ask -> thanks'],
  );
const MEDIA = `https://api.twilio.com/2010-04-01/Accounts/${SID}/Messages/MM1/Media/ME1`;
const photo = (url = MEDIA, mimeType = 'image/jpeg') => ({
  NumMedia: '1',
  MediaUrl0: url,
  MediaContentType0: mimeType,
});

/** Twilio keeps what is sent at its own host, and leads from there to where the bytes are. */
async function media(bytes = Buffer.from('a photo')) {
  const heard: string[] = [];
  const store = await serve((request, response) => {
    heard.push(`store ${request.headers.authorization ?? 'nobody'}`);
    response.end(bytes);
  });
  const api = await serve((request, response) => {
    heard.push(`api ${request.headers.authorization ?? 'nobody'}`);
    response.writeHead(307, { location: store.url.replace('127.0.0.1', 'localhost') }).end();
  });
  const guarded = door({
    allowedPrivateHosts: [api.host, `localhost:${store.port}`],
    lookup: async () => [{ address: '127.0.0.1', family: 4 }],
  });
  const http: Http = {
    send: ({ url, ...request }) => {
      heard.push(`asked ${new URL(url).origin}`);
      return guarded.send({ ...request, url: url.replace('https://api.twilio.com', api.url) });
    },
    stream: (request) => guarded.stream(request),
  };
  return { heard, http };
}

it('takes the file that a message brings, fetched with credentials that no other host sees', async () => {
  const { heard, http } = await media();
  const { says, api } = await line(asksForFile(), { http });
  await says('Hi');
  expect(textsIn(await says('', photo()))).toEqual(['image/jpeg, 7 bytes']);
  const credentials = `Basic ${Buffer.from(`${SID}:${TOKEN}`).toString('base64')}`;
  expect(heard).toEqual(['asked https://api.twilio.com', `api ${credentials}`, 'store nobody']);
  const [session] = (await api.sessions.list({})).items;
  const { photo: kept } = session!.variables as { photo: { url: string; name: string } };
  const [, fileId] = /files\/(.+)$/.exec(kept.url)!;
  const { bytes } = await api.sessions.file({ id: session!.id, fileId: fileId! });
  expect([kept.name, Buffer.from(bytes).toString()]).toEqual(['ME1.jpeg', 'a photo']);
});

it.each([
  'https://evil.example/a.jpg',
  'https://api.twilio.com.evil.example/a.jpg',
  'https://eviltwilio.com/a.jpg',
  'https://api.twilio.com@evil.example/a.jpg',
  'https://api.twilio.com:8443/a.jpg',
  'http://api.twilio.com/a.jpg',
  'file:///etc/passwd',
  'x',
])('fetches nothing from %s', async (url) => {
  const { heard, http } = await media();
  const { says } = await line(asksForFile(), { http });
  await says('Hi');
  expect(textsIn(await says('', photo(url)))[0]).toMatch(/did not get an answer/);
  expect(heard).toEqual([]);
});

it('fetches nothing where no file is waited for', async () => {
  const { heard, http } = await media();
  const { says } = await line(asksForFile(), { http });
  await says('Hi', photo());
  expect(heard).toEqual([]);
});

it('says what it takes when a file is too large, or of another kind', async () => {
  const { http } = await media(Buffer.alloc(2_000));
  const small = await line(asksForFile({ maxBytes: 1_000 }), { http });
  await small.says('Hi');
  expect(textsIn(await small.says('', photo()))[0]).toMatch(/^That file is too large/);
  const other = await line(asksForFile({ accept: ['application/pdf'] }), { http });
  await other.says('Hi');
  expect(textsIn(await other.says('', photo()))[0]).toMatch(/^I cannot take that kind of file/);
});
