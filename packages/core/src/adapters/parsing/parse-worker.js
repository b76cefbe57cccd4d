import { Worker } from 'node:worker_threads';
import { readHtml } from './html.js';
import { readPdf } from './pdf.js';
import { Refusal } from './plain.js';

/**
 * Reads one foreign file in a process of its own, which ends itself when it takes too much: what is unpacked beside the
 * heap has no other limit. Answers `{ document }` or `{ refusal }`, a sentence about what is wrong with the file; before
 * that, `{ progress: [done, total] }` now and then.
 */
const WATCH_MS = 20;
const PROGRESS_MS = 250;
const readers = { pdf: readPdf, html: readHtml };

/** In a thread, since a parser leaves this one no time. */
const watch = (bytes) =>
  new Worker(
    `const { workerData: { bytes, ms } } = require('node:worker_threads');
    setInterval(() => { if (process.memoryUsage.rss() > bytes) process.kill(process.pid, 'SIGKILL'); }, ms);`,
    { eval: true, workerData: { bytes, ms: WATCH_MS } },
  );

process.once('message', async ({ kind, megabytes, ...job }) => {
  watch(megabytes * 1_000_000);
  process.send(await answerTo(readers[kind], { ...job, onProgress: nowAndThen() }), () => process.exit());
});
// Nobody waits for the answer any more.
process.once('disconnect', () => process.exit());

function nowAndThen() {
  let last = 0;
  return (done, total) => {
    if (done < total && Date.now() - last < PROGRESS_MS) return;
    last = Date.now();
    process.send({ progress: [done, total] });
  };
}

async function answerTo(read, job) {
  try {
    return { document: await read(job) };
  } catch (cause) {
    if (cause instanceof Refusal) return { refusal: cause.message };
    return { refusal: `It cannot be read: ${firstLine(cause)}.` };
  }
}

function firstLine(cause) {
  const text = String(cause?.message ?? cause).split('\n')[0];
  return text.replace(/\.$/, '').slice(0, 200);
}
