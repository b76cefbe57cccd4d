import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { MessagePort, parentPort } from 'node:worker_threads';

/**
 * PGlite in a thread of its own, so that no statement holds up the main thread. From there comes first an `Opening`,
 * answered by `ready` or an error, then a port for each connection, at last `close`.
 *
 * @typedef {object} Opening
 * @property {string} folder the engine's own files; made when absent
 * @property {string | null} image a packed folder that a new one begins as
 * @property {boolean} syncs whether a commit waits for the disk
 */

const library = new URL('.', import.meta.resolve('@electric-sql/pglite'));
const read = (name) => readFileSync(new URL(name, library));
// Other threads compile while this one loads what it needs.
const compiled = WebAssembly.compile(read('pglite.wasm'));

const { PGlite } = await import('@electric-sql/pglite');
const { NodeFS } = await import('@electric-sql/pglite/nodefs');
const { SyncingFolder } = await import('./file-system.js');
const { syncFolder, syncNames, unpackFolder } = await import('./image.js');

let engine;
/** What the engine told its operator when it gave up. */
let lastWords = '';

parentPort.on('message', (message) => {
  if (message instanceof MessagePort) serve(message);
  else if (message === 'close') void close();
  else open(message).then(() => parentPort.postMessage('ready'), fail);
});

/** @param {Opening} opening */
async function open(opening) {
  await makeFolder(opening);
  engine = await start(opening);
  endOnFault(engine.Module);
}

/** The folder comes to its name whole: a process killed before that leaves a draft, which the next start discards. */
async function makeFolder({ folder, image, syncs }) {
  if (existsSync(folder)) return;
  const draft = `${folder}.draft`;
  rmSync(draft, { recursive: true, force: true });
  if (image) await unpackFolder(image, draft);
  else await initialise(draft);
  if (syncs) await syncFolder(draft);
  renameSync(draft, folder);
  if (syncs) await syncNames(dirname(folder));
}

async function initialise(folder) {
  mkdirSync(folder, { mode: 0o700 });
  const engine = await start({ folder, syncs: false });
  await engine.close();
}

async function start({ folder, syncs }) {
  const engine = new Engine({
    fs: syncs ? new SyncingFolder(folder) : new NodeFS(folder),
    pgliteWasmModule: await compiled,
    fsBundle: { arrayBuffer: async () => read('pglite.data').buffer },
    startParams: [...startParams(syncs), '-c', 'shared_buffers=16MB', ...INDEXES_FIRST, ...NOTHING_KEPT],
    onStderr: listen,
  });
  await engine.waitReady;
  return engine;
}

function listen(line) {
  const [, said] = /(?:FATAL|PANIC): +(.*)/.exec(line) ?? [];
  if (said) lastWords = said;
}

class Engine extends PGlite {
  // Only its own query functions need them: we pass messages through.
  async _initArrayTypes() {}
}

// Nobody takes statistics here: a plan made while a table was small would read all of it for as long as the process lives.
const INDEXES_FIRST = ['-c', 'enable_seqscan=off'];

// The log's old files are removed, not used again: what was erased would stay in them for long.
const NOTHING_KEPT = ['-c', 'wal_recycle=off'];

const startParams = (syncs) =>
  syncs
    ? // Of the ways to sync, the engine's other one (fdatasync) never leaves WebAssembly.
      [...PGlite.defaultStartParams.filter((param) => param !== '-F'), '-c', 'wal_sync_method=fsync']
    : PGlite.defaultStartParams;

/** Answers each message of the client, which holds whole protocol messages, with all that the engine says to it. */
function serve(port) {
  port.on('message', (message) => {
    if (isStartup(message)) forgetLastSession();
    const answer = ask(message);
    port.postMessage(answer, [answer.buffer]);
  });
  port.start();
}

const isStartup = (message) => message[0] === 0;

/** There is one session for ever: a new connection must not meet what the last one left behind. */
function forgetLastSession() {
  ask(simpleQuery('ROLLBACK'));
  ask(simpleQuery('DISCARD ALL'));
}

function simpleQuery(sql) {
  const text = Buffer.from(sql);
  const message = new Uint8Array(text.length + 6);
  new DataView(message.buffer).setInt32(1, text.length + 5);
  message[0] = 'Q'.charCodeAt(0);
  message.set(text, 5);
  return message;
}

function ask(message) {
  const parts = [];
  // It runs to its end before it returns: the promise is for file systems that sync later.
  void engine.execProtocolRawStream(message, {
    syncToFs: false,
    onRawData: (part) => parts.push(part.slice()),
  });
  return parts.length === 1 ? parts[0] : join(parts);
}

function join(parts) {
  const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** PGlite calls a broken engine again and again until it has read its input, which it never will. */
function endOnFault(module) {
  const POSTGRES_ERROR = 100;
  const runOnce = module._PostgresMainLoopOnce;
  module._PostgresMainLoopOnce = () => {
    try {
      runOnce();
    } catch (error) {
      if (error.status !== POSTGRES_ERROR) fail(error);
      throw error;
    }
  };
}

function fail(error) {
  parentPort.postMessage({ failure: lastWords || error.message });
  process.exit(1);
}

async function close() {
  await engine?.close();
  process.exit(0);
}
