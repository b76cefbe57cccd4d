import { CrmflowError } from '../errors.ts';
import type { ExpectedConversation } from '../workflow/conversation.ts';
import type { FileContent } from '../workflow/file.ts';
import { problems } from '../workflow/problems.ts';
import type { Problem } from '../workflow/workflow.ts';
import { readDraft } from './draft.ts';
import { rehearse, type Bounds } from './rehearse.ts';

/** Plays a conversation against a workflow in memory, as its tests do; gives in words how it differs, or nothing. */
export type Replay = (workflow: FileContent, conversation: ExpectedConversation) => Promise<string[]>;

/** A workflow that passes all checks, with the conversations that show it. */
export interface Passed {
  workflow: FileContent;
  conversations: ExpectedConversation[];
}
interface Means extends Bounds {
  replay: Replay;
}

/** Sends what a model wrote for a wish through every check there is: what passes all, or what is wrong with it. */
export async function checkDraft(text: string, wish: string, means: Means): Promise<Passed | Problem[]> {
  const draft = readDraft(text, wish);
  if ('problems' in draft) return draft.problems;
  const { content: workflow, samples } = draft;
  const found = problems(workflow, {}).filter(isOfTheDraft);
  if (found.length) return found;
  try {
    const { problems: met, conversations } = await rehearse(workflow, samples, means);
    if (met.length) return met;
    const differing = await replayed({ workflow, conversations }, means);
    return differing.length ? differing : { workflow, conversations };
  } catch (cause) {
    if (!(cause instanceof CrmflowError)) throw cause;
    return [{ severity: 'error', message: `It cannot be tried out: ${cause.message}` }];
  }
}

/** That we read no answers in a language is no fault of the draft. */
const isOfTheDraft = ({ severity, field }: Problem) =>
  severity === 'error' || !field?.startsWith('settings.');

async function replayed({ workflow, conversations }: Passed, { replay, breathe }: Means): Promise<Problem[]> {
  const found: Problem[] = [];
  for (const conversation of conversations) {
    await breathe();
    for (const difference of await replay(workflow, conversation))
      found.push({ severity: 'error', message: `The conversation "${conversation.name}": ${difference}` });
  }
  return found;
}
