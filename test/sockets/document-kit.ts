import { createServer } from 'node:http';
import { openApp } from '@crmflow/core/open';
import { serve } from '@crmflow/server';
import { onTestFinished } from 'vitest';
import { listening } from './kit.ts';

const PAGE = `<!doctype html><html lang="en"><head><title>Opening hours</title></head><body><main><article>
<h1>Opening hours</h1>
<p>The shop is open from Monday to Friday, nine in the morning until six in the evening. On Saturdays it opens at ten and
closes at two. It is closed on Sundays and on public holidays, when deliveries rest as well.</p>
</article></main></body></html>`;

/** A whole CRMFlow in memory, served on loopback, and a web site that it may read. */
export async function served() {
  const site = createServer((request, response) => {
    if (request.url === '/robots.txt') return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(PAGE);
  });
  const siteUrl = await listening(site);
  const opened = await openApp({ ephemeral: true, allowedPrivateHosts: [new URL(siteUrl).host] });
  const { url, close } = await serve({ app: opened.app, port: 0, host: '127.0.0.1', version: '0.1.0' });
  onTestFinished(async () => {
    await close();
    await opened.close();
    await new Promise((resolve) => site.close(resolve));
  });
  return { url, pageUrl: `${siteUrl}/hours` };
}

/** A workflow with every type of node that needs nothing from outside. */
export const workflow = {
  name: 'Opening hours',
  nodes: [
    { id: 't', label: 'Begin', type: 'trigger', positionX: 0, positionY: 0, data: {} },
    { id: 's', label: 'Greet', type: 'speak', positionX: 0, positionY: 100, data: { text: 'Hello!' } },
    {
      id: 'l',
      label: 'Question',
      type: 'listen',
      positionX: 0,
      positionY: 200,
      data: { prompt: 'What would you like to know?', saveAs: 'question' },
    },
    {
      id: 'c',
      label: 'Long?',
      type: 'logic',
      positionX: 0,
      positionY: 300,
      data: { cases: [{ when: 'size(question) > 3', port: 'long' }] },
    },
    { id: 'a', label: 'Answer', type: 'ai', positionX: 0, positionY: 400, data: {} },
    { id: 'e', label: 'End', type: 'speak', positionX: 0, positionY: 500, data: { text: 'Goodbye.' } },
  ],
  edges: [
    { sourceNodeId: 't', targetNodeId: 's' },
    { sourceNodeId: 's', targetNodeId: 'l' },
    { sourceNodeId: 'l', targetNodeId: 'c' },
    { sourceNodeId: 'c', sourcePort: 'long', targetNodeId: 'a' },
    { sourceNodeId: 'c', sourcePort: 'else', targetNodeId: 'e' },
    { sourceNodeId: 'a', targetNodeId: 'e' },
  ],
};
