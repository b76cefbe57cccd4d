import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromFile } from '@crmflow/core';
import { openApp } from '@crmflow/core/open';
import { expect, it, onTestFinished } from 'vitest';
import { listening } from '../sockets/kit.ts';

it('keeps a conversation going when another service answers with what no database keeps', async () => {
  const foreign = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(String.raw`{"name": "A\u0000da \ud83d", "list": [{"k\u0000": "\udc00"}]}`);
  });
  const url = await listening(foreign);
  const folder = mkdtempSync(join(tmpdir(), 'crmflow-outside-'));
  const opened = await openApp({
    dataDir: join(folder, 'data'),
    syncs: false,
    allowedPrivateHosts: [new URL(url).host],
  });
  onTestFinished(async () => {
    await opened.close();
    foreign.close();
    rmSync(folder, { recursive: true });
  });
  const api = opened.app.as(opened.owner);
  const { id: workflowId } = await api.workflows.create(
    fromFile(
      {
        name: 'looks up',
        nodes: [
          { id: 'start', type: 'trigger' },
          { id: 'call', type: 'integration', data: { url: `${url}/`, results: { name: 'name', all: '.' } } },
          { id: 'say', type: 'speak', data: { text: 'Hello {{ name }}.' } },
        ],
        edges: ['start -> call', 'call -> say'],
      },
      'the test',
    ),
  );
  const { session } = await api.sessions.start({ workflowId });
  const { items } = await api.sessions.messages({ id: session.id });
  expect([session.status, items.map(({ text }) => text)]).toEqual(['finished', ['Hello Ada \ufffd.']]);
});
