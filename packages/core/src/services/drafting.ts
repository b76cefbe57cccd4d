import { setImmediate as breath } from 'node:timers/promises';
import { contract } from '../contract/index.ts';
import { checkDraft, type Passed, type Replay } from '../drafting/check.ts';
import { MOST_CHARACTERS } from '../drafting/draft.ts';
import { guide } from '../drafting/guide.ts';
import { CrmflowError, reasonOf } from '../errors.ts';
import { needsModel } from '../models/extractive.ts';
import type { AiModel, AiRequest } from '../ports.ts';
import type { Problem } from '../workflow/workflow.ts';
import type { Models } from './models.ts';

interface Needs {
  models: Models;
  replay: Replay;
  ticks(): number;
}
interface Drafted extends Passed {
  /** What was wrong with each draft before this one. */
  rounds: Problem[][];
}

const { longestMs = 0 } = contract.ai.generateWorkflow;
const MOST_ROUNDS = 4;
const MOST_TOKENS = 16_000;

/** Has a model draft workflows, and takes none that does not pass every check there is. */
export function createDrafting({ models, replay, ticks }: Needs) {
  async function drafted(userId: string, wish: string, signal: AbortSignal): Promise<Drafted> {
    const model = models.of({ userId }, undefined);
    const system = guide();
    const breathe = async () => {
      await breath();
      signal.throwIfAborted();
    };
    const rounds: Problem[][] = [];
    let request: AiRequest = { prompt: wish, system, maxTokens: MOST_TOKENS };
    let before: string | null = '';
    while (rounds.length < MOST_ROUNDS) {
      const text = await writtenBy(model, request, signal);
      const outcome = text === null ? [TOO_LONG] : await checkDraft(text, wish, { ticks, breathe, replay });
      if (!Array.isArray(outcome)) return { ...outcome, rounds };
      rounds.push(outcome);
      // Whoever writes the same again after he was told what is wrong with it will not mend it.
      if (text === before) break;
      before = text;
      const history = [{ from: 'user', text: wish } as const, { from: 'bot', text: text ?? '{}' } as const];
      request = { ...request, prompt: mendingOf(outcome), history };
    }
    throw refusal(rounds);
  }

  /** @throws CrmflowError `unprocessable` with the reasons, or as the model fails */
  return async function draft(userId: string, wish: string, signal: AbortSignal): Promise<Drafted> {
    const inTime = AbortSignal.timeout(longestMs);
    try {
      return await drafted(userId, wish, AbortSignal.any([signal, inTime]));
    } catch (cause) {
      if (!inTime.aborted && !signal.aborted) throw cause;
      const sentence = signal.aborted
        ? 'Drafting was given up, for nobody waited for it any more.'
        : `No workflow was drafted within ${longestMs / 1000} seconds. Try again, or wish for less.`;
      throw new CrmflowError('unavailable', sentence, undefined, { cause });
    }
  };
}

/** What a model wrote; null where it was more than is taken. @throws CrmflowError `unavailable` without a model */
async function writtenBy(model: AiModel, request: AiRequest, signal: AbortSignal): Promise<string | null> {
  let text = '';
  try {
    for await (const part of model.stream(request, signal)) {
      if (part.kind === 'restart') text = '';
      if (part.kind === 'text') text += part.text;
      if (part.kind === 'done' && !part.isFound) throw needsModel();
      if (text.length > MOST_CHARACTERS) return null;
    }
    return text;
  } catch (cause) {
    if (reasonOf(cause) === 'too_long') return null;
    throw cause;
  }
}
const TOO_LONG: Problem = {
  severity: 'error',
  message: 'The draft was too long to be taken. Draft a smaller workflow.',
};

const MOST_TOLD = 20;

const mendingOf = (found: readonly Problem[]) =>
  `The draft does not pass. Answer with the whole JSON object again, mended. What is wrong:\n${found
    .slice(0, MOST_TOLD)
    .map(({ message }) => `- ${message.slice(0, 500)}`)
    .join('\n')}`;

function refusal(rounds: readonly Problem[][]): CrmflowError {
  const [first, ...others] = rounds.at(-1)!;
  const more = others.length ? ` (and ${others.length} more)` : '';
  return new CrmflowError(
    'unprocessable',
    `None of ${rounds.length} drafts passed every check. Of the last: ${first!.message}${more} Say more precisely what should happen, or wish for less.`,
    { reasons: rounds.at(-1)!, rounds },
  );
}
