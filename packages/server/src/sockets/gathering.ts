import type { Socket } from 'node:net';
import { WebSocket, WebSocketServer, type ServerOptions } from 'ws';

/**
 * A WebSocket that writes the frames of one moment together. A turn tells some eight events, and each frame by itself is
 * a call to the system, which costs more than all else that is done for it.
 */
class GatheringSocket extends WebSocket {
  #isGathering = false;

  // One signature for both of its own: what comes after the data is passed on as it came.
  override send(data: Parameters<WebSocket['send']>[0], ...rest: unknown[]): void {
    this.#gather();
    super.send(data, ...(rest as []));
  }

  #gather(): void {
    const { _socket: line } = this as unknown as { _socket: Socket | null };
    if (this.#isGathering || !line) return;
    this.#isGathering = true;
    line.cork();
    process.nextTick(() => {
      this.#isGathering = false;
      line.uncork();
    });
  }
}

/** The WebSocket server that Engine.IO is given. */
export class GatheringServer extends WebSocketServer {
  constructor(options: ServerOptions) {
    super({ ...options, WebSocket: GatheringSocket });
  }
}
