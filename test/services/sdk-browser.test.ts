import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { testWorld } from '@crmflow/core/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { answering, served, twoQuestions } from '../sdk/kit.ts';
import { packSdk, type Packed } from '../sdk/pack.ts';
import { openTab } from './browser.ts';

let packed: Packed;
beforeAll(async () => void (packed = await packSdk()));
afterAll(() => packed.remove());

/** A page of somebody else's, which finds the SDK and its one library beside it. */
const html = (url: string, workflowId: string) => `<!doctype html><title>Elsewhere</title>
<script type="importmap">
  { "imports": { "@crmflow/sdk": "/sdk.js", "socket.io-client": "/socket.io.js" } }
</script>
<script type="module">
  import { CRMFlow, CrmflowError } from '@crmflow/sdk';
  const client = new CRMFlow({ url: '${url}' });
  const answers = ['Ada', 'Turin'];
  const said = [];
  const session = await client.start({ workflowId: '${workflowId}' });
  for await (const event of session) {
    if (event.type === 'session:message') said.push(event.message.text);
    if (event.type === 'system:waiting_for_input') await session.send(answers.shift());
  }
  const refusal = await client.workflows.list().catch((error) => error);
  document.title = JSON.stringify({ said, isTyped: refusal instanceof CrmflowError, code: refusal.code });
</script>`;

it('holds a conversation from a page on another origin, as it was packed and with no bundler', async () => {
  let page = '';
  const files: Record<string, string> = {
    '/sdk.js': join(packed.installed, 'dist/index.js'),
    '/socket.io.js': join(packed.app, 'node_modules/socket.io-client/dist/socket.io.esm.min.js'),
  };
  const elsewhere = await answering((request, response) => {
    const file = files[request.url ?? ''];
    if (!file) return void response.writeHead(200, { 'content-type': 'text/html' }).end(page);
    response.writeHead(200, { 'content-type': 'text/javascript' });
    void readFile(file).then((text) => response.end(text));
  });
  const { url, keep } = await served(testWorld(), { corsOrigins: [elsewhere.url] });
  page = html(url, await keep(twoQuestions));
  const tab = await openTab(elsewhere.url);
  await expect.poll(() => tab.page.title(), { timeout: 10_000 }).not.toBe('Elsewhere');
  expect(JSON.parse(await tab.page.title())).toEqual({
    said: ['Your name?', 'Ada', 'Your town?', 'Turin', 'Bye, Ada of Turin.'],
    isTyped: true,
    code: 'unauthenticated',
  });
});
