import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { testWorld } from '@crmflow/core/testing';
import { onTestFinished } from 'vitest';
import { CrmflowError } from '@crmflow/core';
import { readHtml } from '../../packages/core/src/adapters/parsing/html.js';
import { Refusal } from '../../packages/core/src/adapters/parsing/plain.js';
import { createReaders } from '../../packages/core/src/adapters/parsing/readers.ts';
import { createHttp } from '../../packages/core/src/adapters/http/door.ts';
import { pdfOfPages } from './pdf.ts';
import type { Ports } from '../../packages/core/src/app.ts';

/** A page of a site: its HTML, or an answer as it is. */
export type SitePage =
  | string
  | {
      status?: number;
      type?: string;
      headers?: Record<string, string>;
      body?: string;
      /** It is answered no sooner. */
      after?: Promise<void>;
    };

/** A site on a port of its own, gone when the test is over. Its pages can be changed; it remembers what was asked for. */
export async function siteOf(pages: Record<string, SitePage>) {
  const asked: string[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    const { url = '/' } = request;
    asked.push(url);
    const page = pages[url] ?? { status: 404, body: 'not here' };
    const {
      status = 200,
      type = 'text/html; charset=utf-8',
      headers = {},
      body = '',
      after = Promise.resolve(),
    } = typeof page === 'string' ? { body: page } : page;
    void after.then(() => response.writeHead(status, { 'content-type': type, ...headers }).end(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close().closeAllConnections());
  const { port } = server.address() as AddressInfo;
  const host = `127.0.0.1:${port}`;
  return { url: `http://${host}`, host, pages, asked };
}

/** Reads pages in this process: what keeps foreign files out of it takes longer than a whole small site. */
const readHere: Ports['readers'] = {
  ...createReaders(),
  async html(bytes, contentType, url) {
    try {
      return await readHtml({ bytes, contentType, url, characters: 5_000_000 });
    } catch (cause) {
      throw cause instanceof Refusal ? new CrmflowError('unprocessable', cause.message) : cause;
    }
  },
};

/** A world that may reach these hosts. */
export function worldReaching(hosts: string[], ports: Partial<Ports> = {}) {
  const http = createHttp({ allowedPrivateHosts: hosts });
  onTestFinished(() => http.close());
  const world = testWorld({ http, readers: readHere, ...ports });
  const api = world.app.as(world.owner);
  return {
    ...world,
    api,
    /** Names of all items, in alphabetical order. */
    async names() {
      const { items } = await api.knowledge.list({ limit: 100 });
      return items.map(({ name }) => name).sort();
    },
    /** What the knowledge says to a question: addresses or names, best first. */
    async found(q: string) {
      const { items } = await api.knowledge.search({ q });
      return items.map(({ url, source }) => url ?? source);
    },
  };
}

/** A page with a title, some text, and links beside it. */
export const html = (title: string, text: string, links: readonly string[] = [], head = '') =>
  `<!doctype html><html><head><title>${title}</title>${head}</head><body><main><h1>${title}</h1><p>${text}</p></main>` +
  `<nav>${links.map((link) => `<a href="${link}">${link}</a>`).join(' ')}</nav></body></html>`;

/** A PDF that says on each page what stands here. */
export const bookOf = (pages: readonly string[]): Uint8Array<ArrayBuffer> =>
  new Uint8Array(pdfOfPages(pages.map((page) => page.split('\n'))));
