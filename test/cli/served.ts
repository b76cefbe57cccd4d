import { onTestFinished } from 'vitest';
import { crmflow, folder, lines, type Heard } from './kit.ts';

/** `crmflow serve` at work in this process. */
export interface Serve {
  url: string;
  /** Stops it as SIGTERM does. */
  stop(): Promise<Heard>;
}

/** Starts `crmflow serve` and waits until it listens. */
export async function startServe(
  line: string,
  setting: { cwd?: string; env?: Record<string, string> } = {},
): Promise<Serve> {
  const cwd = setting.cwd ?? (await folder());
  const termination = new AbortController();
  let tellUrl: (url: string) => void = () => undefined;
  const listening = new Promise<string>((resolve) => (tellUrl = resolve));
  const over = crmflow(`serve --port 0 ${line}`.trim(), {
    ...setting,
    cwd,
    signal: termination.signal,
    hear: (said) => {
      const [url] = lines(said);
      if (url) tellUrl(url);
    },
  });
  const url = await Promise.race([
    listening,
    over.then(({ stderr }) => Promise.reject(new Error(`It ended before it listened: ${stderr}`))),
  ]);
  return {
    url,
    stop() {
      termination.abort('SIGTERM');
      return over;
    },
  };
}

/** A folder with an embedded database, and commands on it, carried out by a server that has it open: a command alone would open it each time. */
export async function servedFolder(env: Record<string, string> = {}) {
  const setting = { cwd: await folder(), env: { CRMFLOW_DATA_DIR: 'data', ...env } };
  const { stop } = await startServe('', setting);
  onTestFinished(async () => void (await stop()));
  return { cwd: setting.cwd, run: (line: string | readonly string[]) => crmflow(line, setting) };
}
