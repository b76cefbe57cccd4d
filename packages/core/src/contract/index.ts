import type { z } from 'zod';
import type { SessionEvent } from '../session/session.ts';
import { ai, type GeneratePart } from './ai.ts';
import { auth, users } from './auth.ts';
import { contacts } from './contacts.ts';
import type { HandoverEvent, WatchHandovers } from './handovers.ts';
import { health } from './health.ts';
import { keys } from './keys.ts';
import { knowledge } from './knowledge.ts';
import { logs } from './logs.ts';
import type { Actor, Operation } from './operation.ts';
import { sessions } from './sessions.ts';
import { templates } from './templates.ts';
import { workflows } from './workflows.ts';

/** Everything a client may ask, by noun and verb. */
export const contract = {
  auth,
  users,
  workflows,
  templates,
  sessions,
  contacts,
  logs,
  knowledge,
  keys,
  ai,
  health,
};

type Contract = typeof contract;
type In<Op> = Op extends Operation<infer I, infer _> ? I : never;
type Out<Op> = Op extends Operation<infer _, infer O> ? z.output<O> : never;

/** What a caller holds, in this process or across the wire: `api.workflows.create(input)`. */
export type Api = {
  [A in keyof Contract]: {
    [K in keyof Contract[A]]: (input: z.input<In<Contract[A][K]>>) => Promise<Out<Contract[A][K]>>;
  };
};
/** The api, and a way to hear a session live. The CLI and embedders hold this and need not know what is behind it. */
export interface Crmflow extends Api {
  /** Hears every event of a session from now on; gives how to stop hearing. */
  watch(sessionId: string, hear: (event: SessionEvent) => void): Promise<() => void>;
  /** Answers a prompt piece by piece; the last part is `done`. */
  stream(input: z.input<typeof ai.generate.input>, signal?: AbortSignal): AsyncIterable<GeneratePart>;
  /** Hears of sessions of one's workflows that wait for a person: those that do already, then what happens. */
  handovers(watching?: WatchHandovers): AsyncIterable<HandoverEvent>;
}
/** What core supplies for it: the same names, with the caller known and the input already checked. */
export type Services = {
  [A in keyof Contract]: {
    [K in keyof Contract[A]]: (
      actor: Actor,
      input: z.output<In<Contract[A][K]>>,
      /** Aborted when nobody waits for the answer any more. */
      signal?: AbortSignal,
      /** The same for a call that is repeated: what it makes is made of it, so that it is there once. Nobody guesses it. */
      seed?: string,
    ) => Promise<Out<Contract[A][K]>>;
  };
};

export interface Entry {
  noun: string;
  verb: string;
  op: Operation;
}
const byNoun = new Map(
  Object.entries(contract).map(([noun, ops]) => [
    noun,
    Object.entries<Operation>(ops).map(([verb, op]): Entry => ({ noun, verb, op })),
  ]),
);
/** The contract as a list. */
export const entries: Entry[] = [...byNoun.values()].flat();

type Untyped<F> = Record<string, Record<string, F>>;

type Call = (entry: Entry) => (input: unknown) => Promise<unknown>;

/** One noun of an Api: each of its operations is given its function. It has exactly the names that the type lists. */
export const nounFrom = <N extends keyof Api>(noun: N, call: Call): Api[N] =>
  Object.fromEntries(byNoun.get(noun)!.map((entry) => [entry.verb, call(entry)])) as unknown as Api[N];
/** Makes an Api of all nouns: why the app and the SDK client look alike. */
export const apiFrom = (call: Call): Api =>
  Object.fromEntries(
    [...byNoun.keys()].map((noun) => [noun, nounFrom(noun as keyof Api, call)]),
  ) as unknown as Api;
/** Calls a service by the row of its operation, with input that row has parsed. */
export const callService = (
  services: Services,
  { noun, verb }: Entry,
  ...given: [actor: Actor, input: unknown, signal?: AbortSignal, seed?: string]
): Promise<unknown> =>
  (services as unknown as Untyped<(...all: typeof given) => Promise<unknown>>)[noun]![verb]!(...given);

export type { GeneratePart } from './ai.ts';
export type { Actor, Operation } from './operation.ts';
export { loginNeeded, MOST_FILE_BYTES, Upload } from './operation.ts';
export type { HandoverEvent, WatchHandovers } from './handovers.ts';
export type { Citation } from '../nodes/citation.ts';
export type { Expects, Media, VisitorFile } from '../nodes/wait.ts';
export type { Message, SessionEvent } from '../session/session.ts';
export { wireForm } from '../session/wire.ts';
export { CrmflowError, ERRORS, isDatabaseAway, type ErrorBody, type ErrorCode } from '../errors.ts';
export type { ContactView } from './contacts.ts';
export type { SessionView, TurnView } from './sessions.ts';
export type { LogView } from './logs.ts';
export type { WorkflowView } from './workflows.ts';
export type { TemplateView } from './templates.ts';
