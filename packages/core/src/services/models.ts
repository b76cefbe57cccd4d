import type { Actor } from '../contract/operation.ts';
import { CrmflowError } from '../errors.ts';
import { citing } from '../models/citing.ts';
import { extractive, needsModel } from '../models/extractive.ts';
import { mostInputTokens, promptOf } from '../models/prompt.ts';
import type { AiModel, AiPart, AiProvider, AiRequest, ModelPart, Providers, Usage } from '../ports.ts';
import type { SecretOf } from './keys.ts';
import type { Account } from '../runner/runner.ts';
import type { ModelCall } from '../store.ts';
import type { Spending } from './spending.ts';
import { ownerOf } from './workflows.ts';

interface Needs {
  /** Answers in place of all. */
  ai?: AiModel;
  providers: Providers;
  /** Providers the installation itself has keys for; whose calls they serve. */
  shared: readonly AiProvider[];
  isShared(userId: string): boolean;
  secretOf: SecretOf;
  spending: Spending;
  ticks(): number;
}
/** Makes vectors of length 1; those of one model compare. */
export interface Embedder {
  model: string;
  vectors: NonNullable<AiProvider['embed']>['vectors'];
}
/** One that is asked: a provider with a model of it. */
interface Link {
  provider: AiProvider;
  model: string;
}

/** What is done besides answering. */
interface Charge<T> extends Pick<ModelCall, 'userId' | 'provider' | 'model'> {
  most: Usage;
  used(done: T): Usage;
  work(): Promise<T>;
}

/** Of recordings: 32 tokens a second, of one to four kilobytes. */
const LEAST_BYTES_A_TOKEN = 32;
const BYTES_A_TOKEN = 128;
const LONGEST_TRANSCRIPT = 16_000;
const EXTRACTIVE = 'extractive';
/** An answer that breaks off is asked for once more. */
const TRIES = 2;

/** The models of users: those they have keys for, one after the other, within what they may use. */
export function createModels({ ai, providers, shared, isShared, secretOf, spending, ticks }: Needs) {
  async function providerOf(userId: string, name: string): Promise<AiProvider | null> {
    const secret = await secretOf(userId, name);
    if (secret) return providers.open(name, secret);
    return (isShared(userId) && shared.find((one) => one.name === name)) || null;
  }

  /** Those that may be asked, in turn. */
  async function chainOf(
    account: Account | null,
    wanted: readonly string[] | undefined,
  ): Promise<(Link | null)[]> {
    const chain: (Link | null)[] = [];
    for (const one of wanted ?? providers.names) {
      const [name = '', ...model] = one.split(':');
      if (name === EXTRACTIVE) chain.push(null);
      const provider = account && (await providerOf(account.userId, name));
      if (provider) chain.push({ provider, model: model.join(':') || provider.defaultModel });
    }
    if (chain.length) return chain;
    if (wanted) throw needsModel();
    return [null];
  }

  async function* ask(
    link: Link,
    request: AiRequest,
    account: Account,
    signal: AbortSignal,
  ): AsyncGenerator<AiPart> {
    const { provider, model } = link;
    const prompt = promptOf(request, model);
    const held = await spending.reserve(account, mostInputTokens(prompt), prompt.maxTokens);
    const from = ticks();
    // What a call has used that broke off nobody says: it counts as all that was set aside.
    let usage: Usage = { inputTokens: mostInputTokens(prompt), outputTokens: held.maxTokens };
    let outcome = 'cut';
    try {
      for await (const part of read(
        provider.stream({ ...prompt, maxTokens: held.maxTokens }, signal),
        request,
      )) {
        if (part.kind === 'done') {
          usage = part.usage;
          outcome = 'ok';
        }
        yield part;
      }
    } catch (cause) {
      outcome = reasonOf(cause) ?? 'internal';
      usage = usageIn(cause) ?? (costsNothing.has(outcome) ? { inputTokens: 0, outputTokens: 0 } : usage);
      throw cause;
    } finally {
      await held.settle({ provider: provider.name, model, usage, outcome, ms: Math.round(ticks() - from) });
    }
  }

  /** Does what costs so much at most, and counts what it has. */
  async function charged<T>({ userId, provider, model, most, used, work }: Charge<T>): Promise<T> {
    const held = await spending.reserve({ userId }, most.inputTokens, most.outputTokens);
    const from = ticks();
    let usage: Usage = { inputTokens: 0, outputTokens: 0 };
    let outcome = 'ok';
    try {
      const done = await work();
      usage = used(done);
      return done;
    } catch (cause) {
      outcome = reasonOf(cause) ?? 'internal';
      throw cause;
    } finally {
      await held.settle({ provider, model, outcome, usage, ms: Math.round(ticks() - from) });
    }
  }

  /** The first of a user's providers that can do something. */
  async function firstThat<T>(
    userId: string,
    can: (provider: AiProvider) => T | undefined,
  ): Promise<T | null> {
    for (const name of ai ? [] : providers.names) {
      const provider = await providerOf(userId, name);
      const able = provider && can(provider);
      if (able) return able;
    }
    return null;
  }

  return {
    /** Makes vectors of what a user keeps and asks, on his account; null without a provider that does. */
    embedderOf: (userId: string): Promise<Embedder | null> =>
      firstThat(
        userId,
        ({ name: provider, embed }) =>
          embed && {
            model: `${provider}:${embed.model}`,
            vectors(texts, purpose, signal) {
              const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
              return charged({
                ...{ userId, provider, model: embed.model },
                most: { inputTokens: Math.ceil(bytes / 2), outputTokens: 0 },
                // Nobody says how many tokens texts were; four bytes are about one.
                used: () => ({ inputTokens: Math.ceil(bytes / 4), outputTokens: 0 }),
                work: () => embed.vectors(texts, purpose, signal),
              });
            },
          },
      ),
    /** Writes down what is said in recordings, on a user's account; null without a provider that does. */
    listenerOf: (userId: string): Promise<AiProvider['transcribe'] | null> =>
      firstThat(
        userId,
        (provider) =>
          provider.transcribe &&
          ((audio, signal) => {
            const { length } = audio.bytes;
            return charged({
              ...{ userId, provider: provider.name, model: 'recordings' },
              most: {
                inputTokens: Math.ceil(length / LEAST_BYTES_A_TOKEN),
                outputTokens: LONGEST_TRANSCRIPT,
              },
              used: (text) => ({
                inputTokens: Math.ceil(length / BYTES_A_TOKEN),
                outputTokens: Math.ceil(text.length / 4),
              }),
              work: () => provider.transcribe!(audio, signal),
            });
          }),
      ),
    /** @throws CrmflowError `unavailable` and the like, with the reason, when the provider takes no calls with it */
    async test(actor: Actor, { service }: { service: string }) {
      if (!providers.names.includes(service))
        throw new CrmflowError(
          'unprocessable',
          `Only keys of ${providers.names.join(' and ')} can be tried out.`,
        );
      const provider = await providerOf(ownerOf(actor), service);
      if (!provider)
        throw new CrmflowError(
          'not_found',
          `There is no key for ${service}. Store it: crmflow keys set ${service}`,
        );
      await provider.check(new AbortController().signal);
      return { service, model: provider.defaultModel };
    },
    /** The models of one user, for one purpose; for nobody's run there is none. */
    of: (account: Account | null, usual: readonly string[] | undefined): AiModel => ({
      async *stream(request, signal) {
        if (ai) {
          yield* counted(ai.stream(request, signal), account);
          return;
        }
        let failure: unknown;
        let isShown = false;
        for (const link of await chainOf(account, request.models ?? usual)) {
          for (let attempt = 1; attempt <= TRIES; attempt++) {
            if (isShown) yield { kind: 'restart' };
            isShown = false;
            try {
              for await (const part of account && link
                ? ask(link, request, account, signal)
                : extractive.stream(request, signal)) {
                isShown ||= part.kind !== 'done';
                yield part;
              }
              return;
            } catch (cause) {
              if (signal.aborted || !isOfProvider(cause)) throw cause;
              failure ??= cause;
            }
            // Whoever failed before a word was given has been tried again already.
            if (!isShown) break;
          }
        }
        throw failure;
      },
    }),
  };
}
export type Models = ReturnType<typeof createModels>;

async function* counted(parts: AsyncIterable<AiPart>, account: Account | null): AsyncGenerator<AiPart> {
  for await (const part of parts) {
    if (part.kind === 'done') account?.session?.spend(part.usage.inputTokens + part.usage.outputTokens);
    yield part;
  }
}

/** Pieces as they may be shown, with the sources they name. */
async function* read(parts: AsyncIterable<ModelPart>, { passages }: AiRequest): AsyncGenerator<AiPart> {
  const answer = passages && citing(passages);
  for await (const part of parts) {
    if (part.kind === 'call') yield part;
    else if (part.kind === 'text') {
      const text = answer ? answer.take(part.text) : part.text;
      if (text) yield { kind: 'text', text };
    } else {
      const { rest, ...found } = answer?.end() ?? { rest: '', citations: [], isFound: true };
      if (rest) yield { kind: 'text', text: rest };
      yield { kind: 'done', usage: part.usage, ...found };
    }
  }
}

const detailsOf = (cause: unknown): { reason?: string; usage?: Usage } =>
  (cause instanceof CrmflowError && (cause.details as object | undefined)) || {};
/** Why a model did not answer. */
export const reasonOf = (cause: unknown) => detailsOf(cause).reason;
/** What a call that failed has cost all the same, where the provider said it. */
const usageIn = (cause: unknown) => detailsOf(cause).usage;
/** The next one may do better; a budget is the same for all. */
const isOfProvider = (cause: unknown) => {
  const reason = reasonOf(cause);
  return reason !== undefined && reason !== 'budget';
};
/** Refused before a word was read or written. */
const costsNothing = new Set(['key_refused', 'no_model', 'unreachable', 'rate_limited', 'refused', 'budget']);
