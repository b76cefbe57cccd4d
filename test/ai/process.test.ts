import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { geminiServer } from './gemini-server.ts';
import { openaiServer } from './openai-server.ts';
import type { Answer } from './wire.ts';

const SOURCE = new URL('../../packages/core/src/', import.meta.url).href;

/** Asks in a process of its own, where a rejection that nobody caught is the end. */
const asking = (name: string, url: string) => `
  const { createProviders } = await import('${SOURCE}adapters/ai/providers.ts');
  const { createHttp } = await import('${SOURCE}adapters/http/door.ts');
  const http = createHttp({ allowedPrivateHosts: ['${new URL(url).host}'] });
  const providers = createProviders({
    http,
    clock: { now: () => new Date() },
    baseUrls: { gemini: '${url}', openai: '${url}/v1' },
    limits: { idleMs: 150, backoffMs: 1 },
  });
  const provider = providers.open('${name}', { parts: { key: 'test-key' }, host: null });
  const told = [];
  for (let left = 4; left > 0; left--) {
    try {
      const request = { model: 'm', messages: [{ role: 'user', text: 'Well?' }], maxTokens: 9 };
      for await (const part of provider.stream(request, new AbortController().signal)) told.push(part.text ?? part.kind);
    } catch (cause) {
      told.push(cause.details.reason);
    }
  }
  await new Promise((resolve) => setImmediate(resolve));
  await http.close();
  console.log(told.join(' '));
`;

const ANSWERS: Answer[] = [
  { texts: ['half'], finish: null, end: 'reset' },
  { texts: ['half'], finish: null, raw: 'data: {]\n\n' },
  { texts: ['half'], finish: null, end: 'stall' },
  { texts: ['whole'] },
];

it.each([
  ['gemini', geminiServer],
  ['openai', openaiServer],
])('lives on when %s resets, breaks and stalls in the middle of an answer', async (name, serverFor) => {
  const { url } = await serverFor({ answers: ANSWERS });
  const args = ['--import', 'tsx', '--input-type=module', '-e', asking(name, url)];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { timeout: 25_000 });
  expect([stdout.trim(), stderr]).toEqual(['half cut half malformed half late whole done', '']);
});
