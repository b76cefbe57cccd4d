import { Duplex } from 'node:stream';
import type { MessagePort } from 'node:worker_threads';

/** What a connection needs of the engine. */
export interface Line {
  /** Opens a port to the engine, starting it if need be. */
  connect(): Promise<MessagePort>;
  /** Ends an engine that is still at work: a statement in WebAssembly cannot be interrupted. */
  hangUp(): void;
}

const TERMINATE = 'X'.charCodeAt(0);

/** What pg takes for a socket: each write goes to the engine as one message and is answered by one. */
export class EngineConnection extends Duplex {
  readonly #line: Line;
  #port: MessagePort | null = null;
  #unanswered = 0;

  constructor(line: Line) {
    super();
    this.#line = line;
  }

  connect() {
    this.#line.connect().then(
      (port) => this.#begin(port),
      (cause: Error) => this.destroy(cause),
    );
    return this;
  }

  setNoDelay() {
    return this;
  }

  /** While the port is referenced, the process stays for its answers. */
  ref() {
    this.#port?.ref();
    return this;
  }

  unref() {
    this.#port?.unref();
    return this;
  }

  #begin(port: MessagePort) {
    if (this.destroyed) return port.close();
    this.#port = port;
    port.on('message', (answer: Uint8Array) => {
      this.#unanswered -= 1;
      if (answer.length > 0) this.push(Buffer.from(answer.buffer, answer.byteOffset, answer.length));
    });
    this.emit('connect');
  }

  override _read() {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void) {
    this.#send([chunk]);
    done();
  }

  /** pg writes the parts of a statement in one go; they stay together. */
  override _writev(chunks: { chunk: Buffer }[], done: () => void) {
    this.#send(chunks.map(({ chunk }) => chunk));
    done();
  }

  #send(chunks: Buffer[]) {
    // The farewell has no answer, and the engine stays for the next connection.
    if (chunks[0]?.[0] === TERMINATE) return;
    const message = joined(chunks);
    this.#unanswered += 1;
    this.#port?.postMessage(message, [message.buffer]);
  }

  override _final(done: () => void) {
    this.push(null);
    done();
  }

  override _destroy(cause: Error | null, done: (cause: Error | null) => void) {
    this.#port?.close();
    if (this.#unanswered > 0) this.#line.hangUp();
    done(cause);
  }
}

/** A copy: pg's chunks are views of a larger buffer, which would be sent whole. */
function joined(chunks: Buffer[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
