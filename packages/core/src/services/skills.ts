import { reasonOf } from '../errors.ts';
import type { AiModel, AiProvider, Usage } from '../ports.ts';
import type { ModelCall } from '../store.ts';
import type { ProvidersOf } from './providers.ts';
import type { Spending } from './spending.ts';

interface Needs {
  /** Answers in place of all providers: then there is nobody for anything else. */
  ai?: AiModel;
  providersOf: ProvidersOf;
  spending: Spending;
  ticks(): number;
}
/** Makes vectors of length 1; those of one model compare. */
export interface Embedder {
  model: string;
  vectors: NonNullable<AiProvider['embed']>['vectors'];
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

/** What providers can do besides answering, on the account of a user. */
export function createSkills({ ai, providersOf, spending, ticks }: Needs) {
  const firstThat: ProvidersOf['firstThat'] = async (userId, can) =>
    ai ? null : providersOf.firstThat(userId, can);

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
  };
}
export type Skills = ReturnType<typeof createSkills>;
