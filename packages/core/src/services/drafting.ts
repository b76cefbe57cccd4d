import { setImmediate as breath } from 'node:timers/promises';
import { MOST_CHARACTERS, readDraft } from '../drafting/draft.ts';
import { guide } from '../drafting/guide.ts';
import { rehearse } from '../drafting/rehearse.ts';
import { contract } from '../contract/index.ts';
import { CrmflowError } from '../errors.ts';
import { needsModel } from '../models/extractive.ts';
import type { AiModel, AiRequest } from '../ports.ts';
import type { ExpectedConversation } from '../workflow/conversation.ts';
import type { FileContent } from '../workflow/file.ts';
import { problems } from '../workflow/problems.ts';
import type { Problem } from '../workflow/workflow.ts';
import type { Models } from './models.ts';

/** Plays a conversation against a workflow in memory, as its tests do; gives in words how it differs, or nothing. */
export type Replay = (workflow: FileContent, conversation: ExpectedConversation) => Promise<string[]>;

interface Needs {
  models: Models;
  replay: Replay;
  ticks(): number;
}
/** A workflow that passes all checks, with the conversations that show it. */
export interface Drafted {
  workflow: FileContent;
  conversations: ExpectedConversation[];
  /** What was wrong with each draft before this one. */
  rounds: Problem[][];
}

const { longestMs = 0 } = contract.ai.generateWorkflow;
const MOST_ROUNDS = 4;
const MOST_TOKENS = 16_000;

/** Has a model draft workflows, and takes none that does not pass every check there is. */
export function createDrafting({ models, replay, ticks }: Needs) {
  /** A draft that passes all, or what is wrong with it. */
  async function checked(
    text: string,
    wish: string,
    signal: AbortSignal,
  ): Promise<Omit<Drafted, 'rounds'> | Problem[]> {
    const draft = readDraft(text, wish);
    if ('problems' in draft) return draft.problems;
    const { content: workflow, samples } = draft;
    const found = problems(workflow, {}).filter(isOfTheDraft);
    if (found.length) return found;
    const breathe = async () => {
      await breath();
      signal.throwIfAborted();
    };
    try {
      const { problems: met, conversations } = await rehearse(workflow, samples, { ticks, breathe });
      if (met.length) return met;
      const differing = await replayed(workflow, conversations, breathe);
      return differing.length ? differing : { workflow, conversations };
    } catch (cause) {
      if (!(cause instanceof CrmflowError)) throw cause;
      return [{ severity: 'error', message: `It cannot be tried out: ${cause.message}` }];
    }
  }

  async function replayed(
    workflow: FileContent,
    conversations: ExpectedConversation[],
    breathe: () => Promise<void>,
  ) {
    const found: Problem[] = [];
    for (const conversation of conversations) {
      await breathe();
      for (const difference of await replay(workflow, conversation))
        found.push({ severity: 'error', message: `The conversation "${conversation.name}": ${difference}` });
    }
    return found;
  }

  async function drafted(userId: string, wish: string, signal: AbortSignal): Promise<Drafted> {
    const model = models.of({ userId }, undefined);
    const system = guide();
    const rounds: Problem[][] = [];
    let last: AiRequest['history'] = [];
    while (rounds.length < MOST_ROUNDS) {
      const found = rounds.at(-1);
      const prompt = found ? mendingOf(found) : wish;
      const text = await writtenBy(model, { prompt, system, history: last, maxTokens: MOST_TOKENS }, signal);
      const outcome = typeof text === 'string' ? await checked(text, wish, signal) : text.problems;
      if (!Array.isArray(outcome)) return { ...outcome, rounds };
      rounds.push(outcome);
      last = [
        { from: 'user', text: wish },
        { from: 'bot', text: typeof text === 'string' ? text : '{}' },
      ];
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

/** That we read no answers in a language is no fault of the draft. */
const isOfTheDraft = ({ severity, field }: Problem) =>
  severity === 'error' || !field?.startsWith('settings.');

/** What a model wrote; as a problem where it wrote too much. @throws CrmflowError `unavailable` without a model */
async function writtenBy(
  model: AiModel,
  request: AiRequest,
  signal: AbortSignal,
): Promise<string | { problems: Problem[] }> {
  let text = '';
  try {
    for await (const part of model.stream(request, signal)) {
      if (part.kind === 'restart') text = '';
      if (part.kind === 'text') text += part.text;
      if (part.kind === 'done' && !part.isFound) throw needsModel();
      if (text.length > MOST_CHARACTERS) return tooLong;
    }
    return text;
  } catch (cause) {
    if (
      cause instanceof CrmflowError &&
      (cause.details as { reason?: string } | undefined)?.reason === 'too_long'
    )
      return tooLong;
    throw cause;
  }
}
const tooLong = {
  problems: [
    { severity: 'error', message: 'The draft was too long to be taken. Draft a smaller workflow.' } as const,
  ],
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
