import type { Socket } from 'socket.io';
import type { App } from '@crmflow/core';
import { CrmflowError, type Actor } from '@crmflow/core/contract';
import { roomOn, tellOn } from './backlog.ts';
import { tokenOf } from './handshake.ts';
import { createHearing, type Hearing } from './hearing.ts';

const nothing: Promise<unknown> = Promise.resolve();

/**
 * One socket, from its handshake to its end: who is there, and what it hears. A class, since thousands stand open and
 * say nothing: methods of their own would be most of what each of them costs.
 */
export class Visit {
  /** Its token has died. */
  isExpelled = false;
  readonly app: App;
  readonly #socket: Socket;
  #hearing: Hearing | undefined;
  #watching: AbortController | undefined;
  #last = nothing;

  constructor(socket: Socket, app: App) {
    this.#socket = socket;
    this.app = app;
  }

  get id() {
    return this.#socket.id;
  }
  get request() {
    return this.#socket.request;
  }
  get isLoggedIn() {
    return tokenOf(this.#socket) !== undefined;
  }
  /** The sessions it hears. */
  get hearing(): Hearing {
    return (this.#hearing ??= createHearing(this.#socket, this.app));
  }

  /** Who is there now: a token can die while its socket is open. */
  async authenticate(): Promise<Actor> {
    try {
      return await this.app.authenticate(tokenOf(this.#socket));
    } catch (cause) {
      this.isExpelled ||= CrmflowError.from(cause).code === 'unauthenticated';
      throw cause;
    }
  }
  /** Does one thing after the other, so that events are taken in the order they came. */
  inOrder<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work);
    this.#last = mine.catch(() => undefined);
    return mine;
  }
  tell(event: string, payload: object): void {
    tellOn(this.#socket, event, payload);
  }
  /** Resolves when the client can take more. */
  room(): Promise<void> {
    return roomOn(this.#socket);
  }
  /** Aborts when it is asked for again, or the socket is gone. */
  watching(): AbortSignal {
    this.#watching?.abort();
    this.#watching = new AbortController();
    if (this.#socket.disconnected) this.#watching.abort();
    return this.#watching.signal;
  }
  hangUp(): void {
    this.#socket.disconnect(true);
  }
  /** The socket is gone. */
  leave(): void {
    this.#hearing?.leave();
    this.#watching?.abort();
  }
}
