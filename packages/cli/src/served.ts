import { join } from 'node:path';
import { CrmflowError } from '@crmflow/core/contract';
import { hasTexts, readPrivately, removeFile, writePrivately } from './private-file.ts';

/** Who serves a data folder, for the other commands of its owner. */
export interface Served {
  /** Where it answers on this machine. */
  url: string;
  /** Makes whoever shows it the operator. */
  token: string;
  pid: number;
}

const fileIn = (dataDir: string) => join(dataDir, 'server.json');
const isServed = (value: unknown): value is Served =>
  hasTexts(value, 'url', 'token') && 'pid' in value && typeof value.pid === 'number';

/** Says beside the data who serves it; gives how to take that back. */
export function announce(dataDir: string, served: Served): () => void {
  writePrivately(fileIn(dataDir), served);
  return () => removeFile(fileIn(dataDir));
}

/** The server that holds a data folder; null when something else holds it, or nobody answers. */
export async function servedBy(dataDir: string, refusal: unknown): Promise<Served | null> {
  const holder = holderIn(refusal);
  if (holder === null) return null;
  const served = readServed(dataDir);
  // What a server left behind that was killed names another process than the one that holds the folder now.
  if (served?.pid !== holder) return null;
  return (await answers(served)) ? served : null;
}

/** The process that has the folder, as the refusal to open it names it. */
function holderIn(refusal: unknown): number | null {
  if (!(refusal instanceof CrmflowError) || refusal.code !== 'conflict') return null;
  const { details } = refusal;
  const isNamed = typeof details === 'object' && details !== null && 'pid' in details;
  return isNamed && typeof details.pid === 'number' ? details.pid : null;
}

function readServed(dataDir: string): Served | null {
  try {
    return readPrivately(fileIn(dataDir), isServed);
  } catch {
    // A file of another making is no server; the refusal to open the folder says what there is to say.
    return null;
  }
}

const PATIENCE_MS = 3_000;

async function answers({ url }: Served): Promise<boolean> {
  try {
    const response = await fetch(`${url}/api/health`, { signal: AbortSignal.timeout(PATIENCE_MS) });
    return response.ok;
  } catch {
    return false;
  }
}

/** Where a server that listens there is reached on this machine. */
export function urlHere(url: string): string {
  const here = new URL(url);
  if (here.hostname === '0.0.0.0') here.hostname = '127.0.0.1';
  if (here.hostname === '[::]') here.hostname = '[::1]';
  return here.origin;
}
