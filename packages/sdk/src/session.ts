import type { SessionEvent, TurnView } from '@crmflow/core/contract';
import { CrmflowError } from './errors.ts';
import { follow, type Follow, type Following } from './follow.ts';
import { randomId } from './patience.ts';
import type {
  CallOptions,
  ExecuteOptions,
  FileInput,
  MessageOptions,
  Operations,
  SayOptions,
} from './types.ts';

interface Begun extends Omit<Follow, 'hear' | 'end'> {
  token: string | undefined;
  calls: Operations['sessions'];
  /** What is known of it already. */
  events: readonly SessionEvent[];
  /** It has finished, and everything it told is known. */
  isOver: boolean;
  /** Hangs up. */
  signal?: AbortSignal | undefined;
}

/**
 * A conversation under way. Loop over it to hear each event once, in order, however often the line is cut; the loop
 * ends when the conversation does, and one that was left may be taken up again where it stopped.
 */
export class LiveSession implements AsyncIterable<SessionEvent> {
  /** Its id, by which any client can find it again. */
  readonly id: string;
  /** With this and `lastSeq` anybody can resume the session. */
  readonly token: string | undefined;
  #lastSeq: number;
  #heard: SessionEvent[] = [];
  /** How the loop ends: by coming to its end, or by throwing. */
  #end: (() => void) | null = null;
  #isHeard = false;
  #ignoreSignal: () => void = () => undefined;
  #wake: () => void = () => undefined;
  readonly #calls: Operations['sessions'];
  readonly #following: Following | null;

  constructor({ token, calls, events, isOver, signal, ...line }: Begun) {
    this.id = line.id;
    this.token = token;
    this.#calls = calls;
    this.#lastSeq = line.after;
    this.#following = isOver
      ? null
      : follow({
          ...line,
          hear: (event) => {
            this.#heard.push(event);
            this.#wake();
          },
          end: (refusal) =>
            this.#finish(() => {
              if (refusal) throw refusal;
            }),
        });
    if (isOver) this.#finish();
    this.#take(events);
    if (signal) this.#obey(signal);
  }

  /** The number of the last event that the loop was given. */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  /**
   * Says something in it; gives what came of it, which the loop is told too. While the server is away it is said again and
   * again, for as long as `timeoutMs` allows: it is heard once, however often it is said.
   */
  async send(message: string, options: SayOptions = {}): Promise<TurnView> {
    const { messageId = randomId(), advance, ifSeq, ...call } = options;
    const said = { id: this.id, message, messageId, advance, ifSeq };
    return this.#took(await this.#calls.send(said, { retries: Infinity, ...call }));
  }
  /** Gives the file it waits for. */
  async sendFile(file: FileInput, options: MessageOptions = {}): Promise<TurnView> {
    const { messageId = randomId() } = options;
    return this.#took(await this.#calls.upload({ id: this.id, file, messageId }, options));
  }
  /** Step mode: executes the active node, and with `advance` leaves it too, once it has done its work. */
  async execute(nodeId: string, options: ExecuteOptions = {}): Promise<TurnView> {
    const { advance, ...call } = options;
    return this.#took(await this.#calls.execute({ id: this.id, nodeId, advance }, call));
  }
  /** Step mode: leaves the node that has done its work. */
  async advance(nodeId: string, options?: CallOptions): Promise<TurnView> {
    return this.#took(await this.#calls.advance({ id: this.id, nodeId }, options));
  }
  /** Ends the conversation. */
  async end(options?: CallOptions): Promise<TurnView> {
    return this.#took(await this.#calls.end({ id: this.id }, options));
  }

  /** Hangs up: the loop ends, the conversation stays where it is. */
  close(): void {
    this.#following?.stop();
    this.#finish();
  }

  /** @throws CrmflowError `conflict` for a second loop beside one that is under way: each would miss what the other hears */
  async *[Symbol.asyncIterator](): AsyncGenerator<SessionEvent, void, undefined> {
    if (this.#isHeard)
      throw new CrmflowError(
        'conflict',
        `Session ${this.id} is looped over already. Leave that loop first, or resume the session a second time.`,
      );
    this.#isHeard = true;
    try {
      yield* this.#events();
    } finally {
      this.#isHeard = false;
    }
  }
  async *#events(): AsyncGenerator<SessionEvent, void, undefined> {
    for (;;) {
      const event = this.#heard.shift();
      if (event) {
        this.#lastSeq = event.seq;
        yield event;
      } else if (this.#end) return this.#end();
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  #obey(signal: AbortSignal) {
    const leave = () => {
      this.#following?.stop();
      this.#heard = [];
      this.#finish(() => signal.throwIfAborted());
    };
    if (signal.aborted) return leave();
    if (this.#end) return;
    signal.addEventListener('abort', leave);
    this.#ignoreSignal = () => signal.removeEventListener('abort', leave);
  }
  #finish(end: () => void = () => undefined) {
    this.#ignoreSignal();
    this.#end ??= end;
    this.#wake();
  }
  #take(events: readonly SessionEvent[]) {
    for (const event of events) this.#following?.take(event);
  }
  #took(turn: TurnView): TurnView {
    this.#take(turn.events);
    return turn;
  }
}
