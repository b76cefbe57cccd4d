/** What we need from outside, on one page. None of it knows what a workflow is. */

export interface Clock {
  now(): Date;
}

export interface HttpRequest {
  method: string;
  url: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /** For the whole exchange. */
  timeoutMs?: number;
  /** Of the body, after decompression. */
  maxBytes?: number;
  maxRedirects?: number;
  signal?: AbortSignal;
  /** Refuses a URL of another origin: for a URL that holds a visitor's words, or a request that carries a stored key. */
  onlyOrigin?: string;
  /** Headers that no other origin may see after a redirect, besides those whose names tell that they are credentials. */
  secretHeaders?: readonly string[];
  /** The longest wait for the answer to begin, 30 s unless said. */
  firstByteMs?: number;
  /** The longest silence in the middle of an answer, 10 s unless said. */
  idleMs?: number;
}
export interface HttpResponse {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: Uint8Array;
  /** After redirects. */
  url: string;
}
export interface HttpStream extends Omit<HttpResponse, 'body'> {
  body: AsyncIterable<Uint8Array>;
}
/** The one guarded door to the outside. */
export interface Http {
  send(request: HttpRequest): Promise<HttpResponse>;
  stream(request: HttpRequest): Promise<HttpStream>;
}

/** Why something was not sent: nothing went out, now or at all; or nobody knows whether it did. */
export interface Unsent {
  kind: 'refused' | 'unavailable' | 'unknown';
  /** In one word, for programs. */
  reason: string;
  /** For the author: it names no key and nothing of what was to be sent. */
  message: string;
}

/** An e-mail. Addresses are bare: `ada@example.com`. */
export interface Letter {
  /** Without the angle brackets. */
  messageId: string;
  from: { name: string; address: string };
  to: readonly string[];
  cc: readonly string[];
  replyTo?: string;
  subject: string;
  text: string;
  html?: string;
}
/** A server that takes e-mail. */
export interface MailAccount {
  host: string;
  port: number;
  /** Encrypted from the first byte, by STARTTLS before anything is said, or not at all. */
  security: 'tls' | 'starttls' | 'none';
  login?: { user: string; pass: string };
}
/** Hands e-mail over. It reaches the hosts that `Http` reaches. */
export interface Mail {
  /** `refused` are the recipients whom the server did not take while it took others. */
  send(
    letter: Letter,
    account: MailAccount,
    within: { timeoutMs: number; signal: AbortSignal },
  ): Promise<{ kind: 'sent'; refused: string[] } | Unsent>;
}

/** Where words were taken from. */
export interface Citation {
  /** What the item is called: a question, a file's name, a page's title. */
  source: string;
  text: string;
  /** Of a PDF, from 1. */
  page?: number;
  /** Of a web page. */
  url?: string;
}
/** A searchable piece of a knowledge item. */
export interface Passage extends Citation {
  /** 0 to 1; higher fits better. */
  score: number;
}

/** One of the things an answer may be, and how people say it. */
export interface Way {
  name: string;
  description: string;
  examples: readonly string[];
}
/** What is asked of whoever answers: a model, or nobody but the passages themselves. */
export interface AiRequest {
  prompt: string;
  system?: string;
  /** What was said before, oldest first. */
  history?: readonly { from: 'user' | 'bot'; text: string }[];
  /** What the answer must be taken from, best first; without them it is the model's own. */
  passages?: readonly Passage[];
  /** Who is asked, one after the other: `gemini`, `openai:gpt-4o-mini`, `extractive`. The usual ones when absent. */
  models?: readonly string[];
  /** What the whole answer must look like: its text is JSON then, and to be checked. */
  schema?: JsonSchema;
  /** The answer is `{ intent, confidence }` with the name of one of these: who has no model goes by their words. */
  ways?: readonly Way[];
  tools?: readonly Tool[];
  /** What was called so far for this answer and what came of it, oldest first. */
  exchanges?: readonly ToolExchange[];
  /** Of the answer, with what a model thinks before. */
  maxTokens?: number;
}
export interface ToolExchange {
  calls: readonly ToolCall[];
  results: readonly ToolResult[];
}
/** How an answer ended. */
export interface Answered {
  citations: Citation[];
  usage: Usage;
  /** False when the passages hold no answer: then there is no text. */
  isFound: boolean;
  /** Who has answered: `gemini:gemini-2.5-flash`, `extractive`. */
  by?: string;
}
/**
 * Pieces of text and calls in order, then `done`; `restart` takes back all that came before. `failed` names one that gave
 * no answer, and why in one word: another is asked. It throws what goes wrong in the end.
 */
export type AiPart =
  | { kind: 'text'; text: string }
  | { kind: 'call'; call: ToolCall }
  | { kind: 'restart' }
  | { kind: 'failed'; by: string; reason: string }
  | ({ kind: 'done' } & Answered);
export interface AiModel {
  /**
   * @throws CrmflowError `unavailable`, `provider_failed` or `rate_limited` when nobody of those who were asked has
   * answered, with `details.reason`; that is `budget` when it would cost more than is allowed
   */
  stream(request: AiRequest, signal: AbortSignal): AsyncIterable<AiPart>;
}

/** A JSON Schema, draft 2020-12, of the plain kind that providers understand. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** What a model may ask to be called while it answers. */
export interface Tool {
  /** Letters, digits and `_`. */
  name: string;
  /** What it is for, in words for the model. */
  description: string;
  /** Of its arguments: an object. */
  parameters: JsonSchema;
}
/** A call a model asked for. Its arguments are whatever the model wrote: to be checked by who carries it out. */
export interface ToolCall {
  id: string;
  name: string;
  arguments: unknown;
  /** Nothing to us; a provider that gives one wants it back with the call. */
  signature?: string;
}
/** What came of a call. */
export interface ToolResult {
  id: string;
  name: string;
  text: string;
}
/** A conversation as providers take it, oldest first. */
export type ModelMessage =
  | { role: 'user' | 'model'; text: string }
  | { role: 'calls'; calls: readonly ToolCall[] }
  | { role: 'results'; results: readonly ToolResult[] };

export interface ModelRequest {
  /** As the provider names it. */
  model: string;
  system?: string;
  /** The last one is not the model's. */
  messages: readonly ModelMessage[];
  /** What the whole answer must look like: its text is JSON then. Providers try; whoever asked checks. */
  schema?: JsonSchema;
  tools?: readonly Tool[];
  /** Of the answer. */
  maxTokens: number;
}
/** In tokens, as the provider counts them. */
export interface Usage {
  inputTokens: number;
  outputTokens: number;
}
/** Pieces of text and calls in order, then `done`, once: a stream that ends without it has failed by throwing. */
export type ModelPart =
  { kind: 'text'; text: string } | { kind: 'call'; call: ToolCall } | { kind: 'done'; usage: Usage };

/**
 * Why a provider did not answer, in `details.reason` of the CrmflowError it throws. `key_refused`, `unreachable` and
 * `no_model` are `unavailable`; `rate_limited` is itself; the others are `provider_failed`.
 */
export type ProviderFailure =
  | 'key_refused'
  | 'no_model'
  | 'unreachable'
  | 'rate_limited'
  | 'overloaded'
  | 'late'
  | 'refused'
  | 'blocked'
  | 'too_long'
  | 'cut'
  | 'malformed';

/** Somebody's models, opened with a key. Its sentences name no key, no address and nothing of what was asked. */
export interface AiProvider {
  /** As `model` names it: `gemini`. */
  name: string;
  /** What is used when none is named. */
  defaultModel: string;
  /** Answers. Tries again by itself as long as nothing was given yet. */
  stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelPart>;
  /** One vector a text, each of length 1 and all of one size; absent where the provider makes none. */
  embed?: {
    /** Vectors of other models do not compare. */
    model: string;
    vectors(
      texts: readonly string[],
      purpose: 'passage' | 'question',
      signal: AbortSignal,
    ): Promise<Float32Array[]>;
  };
  /** What is said in a recording; absent where the provider does not listen. */
  transcribe?(audio: { bytes: Uint8Array; mimeType: string }, signal: AbortSignal): Promise<string>;
  /** Asks for nothing that costs. @throws CrmflowError as `stream` does */
  check(signal: AbortSignal): Promise<void>;
}
/** The providers this installation knows. */
export interface Providers {
  readonly names: readonly string[];
  /** Null for a name that is none of them. `secret.parts.key`, and `secret.parts.baseUrl` where one is taken. */
  open(name: string, secret: Secret): AiProvider | null;
}

/** Makes ids nobody can guess and fingerprints nobody can forge. */
export interface Ids {
  /** A cuid, for rows. */
  row(): string;
  /** At least 128 random bits, for sessions and their tokens. */
  secret(): string;
  /** SHA-256 in hexadecimal. */
  hash(text: string): string;
}

/** Makes and checks the hashes of passwords, off the main thread. */
export interface Passwords {
  hash(password: string): Promise<string>;
  /** A hash that is none still takes as long as any. */
  matches(password: string, hash: string): Promise<boolean>;
}

/** Login tokens: signed, so that only their age and the user's `tokenEpoch` have to be looked up. */
export interface Tokens {
  issue(claims: { userId: string; epoch: number }): Promise<string>;
  /** Null for anything but a token of ours that is still good. */
  read(token: string): Promise<{ userId: string; epoch: number } | null>;
}

/** Seals secrets for the database; `context` says whose and what it is, and must be the same to open. */
export interface Sealer {
  seal(plain: string, context: string): string;
  /** @throws CrmflowError `internal` with the reason, for what was changed, moved or sealed with an unknown key */
  open(sealed: string, context: string): string;
  /** Whether it was sealed with the present key. */
  isCurrent(sealed: string): boolean;
  /** Fingerprints that nobody makes without a key: by the present key, then by the one before. */
  fingerprints(text: string): readonly [string, ...string[]];
}

/** A stored key as a provider or an integration uses it; never leaves the server but to its host. */
export interface Secret {
  /** One text is the part `key`. */
  parts: Record<string, string>;
  /** The only host it may be sent to, for a service of the owner's own. */
  host: string | null;
}

/** A foreign file as text. */
export interface ReadDocument {
  /** What it calls itself. */
  title: string | null;
  text: string;
  /** Where each page begins in the text, of what has pages. */
  pages: { page: number; start: number }[];
  /** What is missing in it, in a sentence: a file may be damaged in part. */
  lack?: string | null;
  /** What a page says to machines, when its address was given. */
  page?: PageNotes;
}
export interface PageNotes {
  /** The address under which it wants to be known, an absolute one. */
  canonical: string | null;
  /** Where it leads: absolute http(s) addresses, each once, without fragments and without what is marked `nofollow`. */
  links: string[];
  /** By its robots meta tag. */
  mayIndex: boolean;
  mayFollow: boolean;
}
/** Reads foreign files, in bounded time and memory. Each refuses with `unprocessable` and the reason. */
export interface Readers {
  /** `onProgress` hears how many of the pages are read, a few times a second at most. */
  pdf(
    bytes: Uint8Array,
    password?: string,
    onProgress?: (done: number, total: number) => void,
  ): Promise<ReadDocument>;
  /** `contentType` as the server named it: it may tell the encoding; `url`: where it stands. */
  html(bytes: Uint8Array, contentType?: string, url?: string): Promise<ReadDocument>;
  text(bytes: Uint8Array): Promise<ReadDocument>;
}
