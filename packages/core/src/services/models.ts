import { CrmflowError, reasonOf } from '../errors.ts';
import { citing } from '../models/citing.ts';
import { extractive, needsModel } from '../models/extractive.ts';
import { mostInputTokens, promptOf } from '../models/prompt.ts';
import type { AiModel, AiPart, AiProvider, AiRequest, ModelPart, Usage } from '../ports.ts';
import type { ProvidersOf } from './providers.ts';
import type { Account } from '../runner/runner.ts';
import type { Spending } from './spending.ts';

interface Needs {
  /** Answers in place of all. */
  ai?: AiModel;
  providersOf: ProvidersOf;
  spending: Spending;
  ticks(): number;
}
/** One that is asked: a provider with a model of it. */
interface Link {
  provider: AiProvider;
  model: string;
}

const EXTRACTIVE = 'extractive';
/** An answer that breaks off is asked for once more. */
const TRIES = 2;

/** The models of users: those they have keys for, one after the other, within what they may use. */
export function createModels({ ai, providersOf, spending, ticks }: Needs) {
  /** Those that may be asked, in turn. */
  async function chainOf(
    account: Account | null,
    wanted: readonly string[] | undefined,
  ): Promise<(Link | null)[]> {
    const chain: (Link | null)[] = [];
    let refusal: CrmflowError | undefined;
    const skip = (cause: unknown) => {
      if (!(cause instanceof CrmflowError && isOfProvider(cause))) throw cause;
      refusal ??= cause;
      return null;
    };
    for (const one of wanted ?? providersOf.names) {
      const [name = '', ...model] = one.split(':');
      if (name === EXTRACTIVE) chain.push(null);
      const provider = account && (await providersOf.get(account.userId, name).catch(skip));
      if (provider) chain.push({ provider, model: model.join(':') || provider.defaultModel });
    }
    if (chain.length) return chain;
    if (refusal) throw refusal;
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
    let isGiven = false;
    try {
      for await (const part of read(
        provider.stream({ ...prompt, maxTokens: held.maxTokens }, signal),
        request,
      )) {
        if (part.kind === 'done') {
          usage = part.usage;
          outcome = 'ok';
          yield { ...part, by: nameOf(link) };
          continue;
        }
        isGiven = true;
        yield part;
      }
    } catch (cause) {
      outcome = reasonOf(cause) ?? 'internal';
      const isFree = costsNothing.has(outcome) || (!isGiven && neverBegan.has(outcome));
      usage = usageIn(cause) ?? (isFree ? { inputTokens: 0, outputTokens: 0 } : usage);
      throw cause;
    } finally {
      await held.settle({ provider: provider.name, model, usage, outcome, ms: Math.round(ticks() - from) });
    }
  }

  return {
    /** The models of one user, for one purpose; for nobody's run there is none. */
    of: (account: Account | null, usual: readonly string[] | undefined): AiModel => ({
      async *stream(request, signal) {
        if (ai) {
          yield* counted(ai.stream(request, signal), account);
          return;
        }
        let failure: unknown;
        let isShown = false;
        let isOverBudget = false;
        for (const link of await chainOf(account, request.models ?? usual)) {
          // A budget is the same for all but the passages themselves, which cost nothing.
          if (isOverBudget && link) continue;
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
              if (signal.aborted || reasonOf(cause) === undefined) throw cause;
              const isBudget = reasonOf(cause) === 'budget';
              isOverBudget ||= isBudget;
              failure = isBudget ? cause : (failure ?? cause);
              yield { kind: 'failed', by: nameOf(link), reason: reasonOf(cause)! };
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
const nameOf = (link: Link | null) => (link ? `${link.provider.name}:${link.model}` : EXTRACTIVE);

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

/** What a call that failed has cost all the same, where the provider said it. */
const usageIn = (cause: unknown) =>
  cause instanceof CrmflowError ? (cause.details as { usage?: Usage } | undefined)?.usage : undefined;
/** The next one may do better; a budget is the same for all. */
const isOfProvider = (cause: unknown) => {
  const reason = reasonOf(cause);
  return reason !== undefined && reason !== 'budget';
};
/** Where nothing was given, an error in the place of an answer: nobody charges for one. */
const neverBegan = new Set(['overloaded', 'malformed']);
/** Refused before a word was read or written. */
const costsNothing = new Set(['key_refused', 'no_model', 'unreachable', 'rate_limited', 'refused', 'budget']);
