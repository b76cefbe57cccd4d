import { CrmflowError, type Crmflow, type GeneratePart } from '@crmflow/core/contract';
import type { Context } from '../context.ts';
import { EXIT, exitAfter } from '../io.ts';
import { sourceLines } from '../conversation/speaker.ts';
import { printable } from '../printable.ts';
import { describe, type Setup } from './index.ts';

interface AiFlags {
  system?: string;
  model?: string;
  /** False by `--no-knowledge`. */
  knowledge: boolean;
}
type Done = Extract<GeneratePart, { type: 'done' }>;

export const setup: Setup = (command, act) => {
  describe(command, 'Ask the AI; it answers from your knowledge and says from where.', [
    'crmflow ai "When are you open?"',
    'crmflow ai "Write a friendly reminder" --no-knowledge --system "You write short e-mails."',
    'crmflow ai "When are you open?" --json',
  ])
    .argument('<prompt...>', 'what to ask')
    .option('--system <text>', 'how to answer')
    .option('--model <name>', 'who answers: gemini, openai, openai:gpt-4o-mini, …, or extractive')
    .option('--no-knowledge', 'not from your knowledge')
    .action((words: string[], flags) => act((context) => ai(context, words.join(' '), flags)));
};

async function ai(context: Context, prompt: string, { system, model, knowledge }: AiFlags): Promise<number> {
  const { out, io } = context;
  const { api } = await context.open();
  const input = {
    prompt,
    knowledge,
    ...(system !== undefined && { system }),
    ...(model !== undefined && { model }),
  };
  try {
    const { type: _type, ...answer } = await streamed(api, input, context);
    if (out.isJson) out.json(answer);
    else for (const line of sourceLines(answer.citations)) out.line(out.colors.dim(line));
    return EXIT.ok;
  } catch (cause) {
    if (io.signal.aborted) return exitAfter(io.signal);
    throw cause;
  }
}

/** Shows the answer, in a terminal while it is made; gives all of it. */
async function streamed(
  api: Crmflow,
  input: Parameters<Crmflow['stream']>[0],
  { out, io }: Context,
): Promise<Done> {
  const isLive = out.isTerminal && !out.isJson;
  let shown = '';
  for await (const part of api.stream(input, io.signal))
    switch (part.type) {
      case 'chunk':
        if (isLive) out.raw(printable(part.chunk));
        shown += part.chunk;
        break;
      case 'restart':
        if (isLive && shown) out.raw(' … once more:\n');
        shown = '';
        break;
      case 'done':
        if (!part.text) out.talk(input.knowledge ? NOTHING : NO_MODEL);
        else if (!out.isJson) out.raw(isLive ? '\n' : `${printable(part.text)}\n`);
        return part;
    }
  throw new CrmflowError('provider_failed', 'The answer was cut short.');
}
const NOTHING = 'Nothing in your knowledge answers that. See: crmflow kb list';
const NO_MODEL =
  'There is no model here that answers without your knowledge. Store a key (crmflow keys set gemini), or leave --no-knowledge out.';
