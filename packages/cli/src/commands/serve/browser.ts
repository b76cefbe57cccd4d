import { spawn } from 'node:child_process';

/** Shows a page in the person's browser; rejects when there is no way to. */
export function openBrowser(url: string, platform: NodeJS.Platform, env: NodeJS.ProcessEnv): Promise<void> {
  const [program, ...args] = commandFor(platform);
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...args, url], { stdio: 'ignore', detached: true, env });
    child.once('error', reject);
    child.once('spawn', () => {
      child.unref();
      resolve();
    });
  });
}

function commandFor(platform: NodeJS.Platform): [string, ...string[]] {
  if (platform === 'darwin') return ['open'];
  return platform === 'win32' ? ['rundll32', 'url.dll,FileProtocolHandler'] : ['xdg-open'];
}
