import { CrmflowError, type Crmflow, type GeneratePart } from '@crmflow/core/contract';
import type { Context } from '../context.ts';
import { EXIT, exitAfter } from '../io.ts';
import { oneLine, printable } from '../printable.ts';
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
    .option('--model <name>', 'another model than the usual')
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
    else for (const { source } of answer.citations) out.line(out.colors.dim(`(from: ${oneLine(source)})`));
    return EXIT.ok;
  } catch (cause) {
    if (io.signal.aborted) return exitAfter(io.signal);
    throw cause;
  }
}

/** Shows the answer as it is made; gives all of it. */
async function streamed(
  api: Crmflow,
  input: Parameters<Crmflow['stream']>[0],
  { out, io }: Context,
): Promise<Done> {
  let shown = '';
  for await (const part of api.stream(input, io.signal)) {
    if (part.type === 'chunk') {
      if (!out.isJson) out.raw(printable(part.chunk));
      shown += part.chunk;
    }
    if (part.type !== 'done') continue;
    if (!shown && !part.text)
      out.talk(
        input.knowledge
          ? 'Nothing in your knowledge answers that. See: crmflow kb list'
          : 'There is no model here that answers without your knowledge. Leave --no-knowledge out.',
      );
    else if (!out.isJson) out.raw(shown.endsWith('\n') ? '' : shown ? '\n' : `${printable(part.text)}\n`);
    return part;
  }
  throw new CrmflowError('provider_failed', 'The answer was cut short.');
}
