import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { openApp } from '@crmflow/core/open';
import { serve } from '@crmflow/server';
import { expect, it, onTestFinished } from 'vitest';
import { folder } from '../cli/kit.ts';

const run = promisify(execFile);

it('docs/rest.md shows commands that run, also where they have been run before', async () => {
  const { app, close } = await openApp({ ephemeral: true });
  onTestFinished(() => close());
  const serving = await serve({ app, port: 0, host: '127.0.0.1', version: '0.1.0' });
  onTestFinished(() => serving.close());
  const commands = [...readFileSync('docs/rest.md', 'utf8').matchAll(/^```sh\n(.*?)^```/gms)];
  const script = commands
    .map(([, code]) => code)
    .join('\n')
    .replaceAll('http://localhost:3001', serving.url);
  const cwd = await folder();
  const codes = async () => {
    const { stdout } = await run('bash', ['-c', script], { cwd });
    return [...stdout.matchAll(/"error":\{"code":"(\w+)"/g)].map(([, code]) => code);
  };
  expect(await codes()).toEqual([]);
  expect(await codes()).toEqual(['conflict']);
});
