import { Worker } from 'node:worker_threads';

/** There are pages on which Readability takes minutes, or goes on without end. */
const MOST_MS = 5_000;

/** Beside this source, and beside the built files. */
const WORKER = new URL('./article-worker.js', import.meta.url);

/** The HTML of a page's article; null when none is found in time. */
export async function articleOf(html) {
  if (html === null) return null;
  const worker = new Worker(WORKER, { workerData: html });
  return new Promise((resolve) => {
    const late = setTimeout(() => resolve(null), MOST_MS);
    worker.once('message', resolve).once('error', () => resolve(null));
    worker.once('exit', () => clearTimeout(late));
  }).finally(() => worker.terminate());
}
