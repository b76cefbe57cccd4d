import type { Api, Upload, WatchHandovers } from '@crmflow/core/contract';

/** Where CRMFlow is, and how patiently to talk to it. */
export interface ClientOptions {
  /** Where it answers, without `/api`: `http://localhost:3001`. */
  url: string;
  /** A login token, from `login` or from an earlier client's `token`. */
  token?: string | undefined;
  /** What opens single sessions: tokens that `start` gave, by the id of their session. */
  sessionTokens?: Readonly<Record<string, string>> | undefined;
  /** For a whole call with its retries: 30,000 unless said, longer for what takes longer; `Infinity` waits as long as it takes. */
  timeoutMs?: number | undefined;
  /** How often a call is tried again, 2 unless said. */
  retries?: number | undefined;
  /** Sends the requests; the runtime's own unless given. */
  fetch?: typeof fetch | undefined;
}

/** What may go with any call. */
export interface CallOptions {
  /** Gives up the call, which then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** For this call with its retries, in milliseconds; the client's own unless given. */
  timeoutMs?: number | undefined;
  /** How often this call is tried again; the client's own number unless given. */
  retries?: number | undefined;
  /** The same key and input again is answered the same, and done once. Absent, each call has a key of its own. */
  idempotencyKey?: string | undefined;
}

/** What may go with a conversation. */
export interface SessionOptions extends CallOptions {
  /** Hangs up, also long after the start: the loop then rejects with the signal's reason, and the conversation waits. */
  signal?: AbortSignal | undefined;
  /** Hears when the line is there and when it is not; it is mended without anybody's help. */
  onConnection?: ((isConnected: boolean) => void) | undefined;
}
/** What may go with hearing of sessions that wait for a person. */
export interface HandoverOptions extends WatchHandovers, Pick<SessionOptions, 'onConnection'> {}
/** What may go with a message. */
export interface MessageOptions extends CallOptions {
  /** The same id again is processed once; absent, each message has an id of its own. */
  messageId?: string | undefined;
}
/** What may go with what is said. */
export interface SayOptions extends MessageOptions, ExecuteOptions {
  /**
   * Taken only while this is the number of the session's last event, else refused with `conflict`: with the session's `lastSeq`, an
   * answer to what was seen, and to nothing that was asked since.
   */
  ifSeq?: number | undefined;
}
/** What may go with what has a node do its work: executing it, or answering it. */
export interface ExecuteOptions extends CallOptions {
  /** The node is left as well, once it has done its work. */
  advance?: boolean | undefined;
}

/** A file to send: as a browser gives it, as bytes, or as bytes with a name. */
export type FileInput =
  Blob | Uint8Array | (Pick<Upload, 'name'> & { bytes: Uint8Array; mimeType?: string | undefined });

type WithFile<I> = I extends { file: { bytes: Uint8Array } } ? Omit<I, 'file'> & { file: FileInput } : I;
// What has no required field may be left out.
type Arguments<I> =
  Record<never, never> extends I ? [input?: I, options?: CallOptions] : [input: I, options?: CallOptions];

/** Every row of a list, read a page at a time as the loop asks for them. */
type Listing<I, O> = I extends { cursor?: string | undefined }
  ? O extends { items: (infer T)[] }
    ? { all(input?: Omit<I, 'cursor'>, options?: CallOptions): AsyncGenerator<T, void, undefined> }
    : unknown
  : unknown;

type Called<F> = F extends (input: infer I) => Promise<infer O>
  ? ((...args: Arguments<WithFile<I>>) => Promise<O>) & Listing<I, O>
  : never;

/** Every operation of the contract, by noun and verb, with options and files as browsers have them. */
export type Operations = {
  readonly [A in keyof Api]: { readonly [K in keyof Api[A]]: Called<Api[A][K]> };
};
