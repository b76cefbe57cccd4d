import { parentPort, workerData } from 'node:worker_threads';
import { Readability } from '@mozilla/readability';
import { parseHTML } from 'linkedom/worker';

/** Answers with what Readability takes for the article of a page, as HTML; null when it finds none. */
const html = /<body/i.test(workerData)
  ? workerData
  : `<!doctype html><html><body>${workerData}</body></html>`;
const { document } = parseHTML(html);
parentPort.postMessage(new Readability(document).parse()?.content ?? null);
