import type { z } from 'zod';
import { CrmflowError } from '../errors.ts';
import type { Declared, VariableType } from '../language/types.ts';
import type { Json, Variables } from '../language/json.ts';
import type { Scope } from '../language/scope.ts';
import type { AiModel, Citation, Http, Mail, Passage, Secret, Unsent } from '../ports.ts';
import type { channels, PersonPatch } from './contact.ts';
import type { NodeType } from './types.ts';
import type { Media, Wait, Wake } from './wait.ts';

/** A line the workflow says. */
export interface Say {
  text: string;
  media?: Media;
  /** Who says it, when it is not the workflow. */
  author?: 'person';
  /** Where an answer was taken from. */
  citations?: Citation[];
}

/** Where an `each` stands in its list. */
export interface Loop {
  items: readonly Json[];
  index: number;
}

interface Effects {
  say?: readonly Say[];
  set?: Variables;
  /** Written of the person the session is with. */
  contact?: PersonPatch;
  /** Kept for this node until it is left; null forgets. */
  remember?: Json;
}

/** What a node decides, as data. The engine carries it out; a node never touches the session itself. */
export type Outcome = Effects &
  (
    | { kind: 'next'; port: string; loop?: Loop | null }
    | { kind: 'wait'; wait: Wait }
    | { kind: 'end'; outcome?: string }
    | {
        kind: 'jump';
        to: string;
        comesBack: boolean;
        /** What the node remembers when it is run again on the way back; absent, it is left by `out` then. */
        again?: Json;
      }
    | { kind: 'return' }
    | { kind: 'call'; workflow: string; inputs: Variables; results: Readonly<Record<string, string>> }
  );

export const next = (effects: Effects & { port?: string; loop?: Loop | null } = {}): Outcome => ({
  kind: 'next',
  port: 'out',
  ...effects,
});
export const end = (outcome?: string): Outcome => ({
  kind: 'end',
  ...(outcome !== undefined && { outcome }),
});

/** A node that throws leaves by its `error` port, or by one for what went wrong, and the variable `error` says why. */
export function failed(cause: unknown, nodeId: string, port = 'error'): Outcome {
  const { code, message } = CrmflowError.from(cause);
  return next({ port, set: { error: { code, message, node: nodeId } } });
}

/** All that a node which decides from the session alone may see. */
export interface NodeContext {
  scope: Scope;
  sessionId: string;
  nodeId: string;
  /** What this node remembered; undefined on first entry. */
  memory: Json | undefined;
  /** Where this node stands in its list, while it loops. */
  loop: Loop | undefined;
  /** ISO 3166 country for phone numbers and dates, from the settings. */
  country: string | undefined;
  /** The built-in text for a key, in the workflow's language, with the author's own wording first. */
  say(key: string, values?: Readonly<Record<string, string | number>>): string;
}

/** What a node that reaches outside may use besides. */
export interface EffectContext extends NodeContext {
  http: Http;
  mail: Mail;
  ai: AiModel;
  /** The best passages for a question, best first; of some items only when their ids or names are given. */
  search(
    question: string,
    among: { limit: number; items?: readonly string[] | undefined },
  ): Promise<Passage[]>;
  /** A key that the workflow's owner has stored; null when there is none. */
  secret(service: string): Promise<Secret | null>;
  /** Whose numbers may be written to and called, ISO 3166; everybody's when absent. */
  countries: readonly string[] | undefined;
  /** Counts a message or a call to a number; false when as many as are allowed went there of late. */
  mayReach(number: string): Promise<boolean>;
  /** Whether somebody does not want to be reached in this way any more. */
  hasWithdrawn(way: (typeof channels)[number], address: string): Promise<boolean>;
  /** Keeps that somebody does not, as the provider says. */
  noteWithdrawn(way: (typeof channels)[number], address: string): Promise<void>;
  /** An address at which another system or a person may call this visit of the node, once: its wait names the `hook`. */
  callback(): { hook: number; url: string };
  /** Keeps a file where anybody may read it who has its address. What was made from the same before is not made again. */
  publish: Publish;
  /** The transcript's last lines, oldest first. */
  history(lines: number): Promise<{ from: 'user' | 'bot'; text: string }[]>;
  /** Goes out as the idempotency key: the same after a crash. */
  stepId: string;
  /** In place of it for one of several things that a step does: the same for the same thing, after a crash as well. */
  partId(what: string): string;
  /** 1, and more after a crash in the middle. */
  attempt: number;
  signal: AbortSignal;
  /** Shows a piece of an answer while it is made. */
  stream(chunk: string): void;
  /** Takes back what was shown: the answer is made anew. */
  restart(): void;
}

/** A file, as it is made. */
export interface Made {
  name: string;
  mimeType: string;
  bytes: Uint8Array<ArrayBuffer>;
}
export type Published = { kind: 'published'; url: string };
export type Publish = (
  /** Says all that it is made from. */
  from: string,
  make: () => Promise<Made | Unsent>,
) => Promise<Published | Unsent>;

/** What holds of every node kind. `D` is its data: in as the author wrote it, out with its texts and expressions compiled. */
interface Kind<D extends z.ZodType> {
  type: NodeType;
  kind: string;
  /** One sentence for authors. */
  summary: string;
  data: D;
  /** The ways out beside `error`; `out` alone when absent. */
  ports?(data: z.output<D>): readonly string[];
  /** Where the ways out depend on the data, or on what it calls: which they are, in words for authors. */
  ways?: string;
  /** Ways out for what may go wrong: where one is not wired, `error` is taken. */
  faults?: readonly string[];
  /** The variables it sets. */
  sets?(data: z.output<D>, declared: Declared): readonly (readonly [string, VariableType])[];
  /** What only its own texts and expressions know besides. */
  locals?(data: z.output<D>): readonly (readonly [string, VariableType])[];
  /** Nodes of the same graph it names. */
  targets?(data: z.output<D>): readonly string[];
  /** What is wrong beyond the shape of the data, in words. */
  problems?(data: z.output<D>): readonly { field: string; message: string }[];
  /** Whether it stands still, for someone or for a time, each time it is entered; it does not when absent. */
  waits?(data: z.output<D>): boolean;
  /** Whether it may stand still when it is entered, and may as well go on at once; it does not when absent. */
  mayWait?(data: z.output<D>): boolean;
  /** Fetches a heavy library before the first conversation that needs it; nothing when this node does not. */
  load?(data: z.output<D>): Promise<unknown> | undefined;
}
/** Decides from the session alone; a run of these is one commit. */
export interface PureKind<D extends z.ZodType = z.ZodType> extends Kind<D> {
  isPure: true;
  run(data: z.output<D>, ctx: NodeContext): Outcome;
  resume?(data: z.output<D>, wake: Wake, ctx: NodeContext): Outcome;
  /** Waits on after the conversation went aside: what it waits for is the same, its time is counted anew. */
  waitOn?(data: z.output<D>, ctx: NodeContext): Outcome;
}
/** Reaches outside, and stands between two commits. */
export interface EffectKind<D extends z.ZodType = z.ZodType> extends Kind<D> {
  isPure: false;
  run(data: z.output<D>, ctx: EffectContext): Promise<Outcome>;
  resume?(data: z.output<D>, wake: Wake, ctx: EffectContext): Promise<Outcome>;
}
export type NodeKind = PureKind | EffectKind;

/** A node kind that decides from the session alone. */
export const definePure = <D extends z.ZodType>(kind: Omit<PureKind<D>, 'isPure'>): PureKind =>
  untyped({ ...kind, isPure: true });
/** A node kind that reaches outside. */
export const defineEffect = <D extends z.ZodType>(kind: Omit<EffectKind<D>, 'isPure'>): EffectKind =>
  untyped({ ...kind, isPure: false });

// A list of kinds forgets what each one's data is; compiling a node pairs them again, so `run` never sees foreign data.
const untyped = <K>(kind: unknown): K => kind as K;
