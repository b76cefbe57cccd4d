import type { Context } from './context.ts';
import { wrongUse } from './context.ts';

/** Asks before something is gone for good; in a pipe only `--yes` answers. */
export async function mustAgree(
  { io, out }: Context,
  isAgreed: boolean | undefined,
  question: string,
): Promise<boolean> {
  if (isAgreed) return true;
  if (io.stdin.isTTY !== true) throw wrongUse(`${question} Nobody can be asked here: say --yes.`);
  const { default: inquirer } = await import('inquirer');
  const prompt = inquirer.createPromptModule({ input: io.stdin, output: io.stderr });
  try {
    const { agrees } = await prompt<{ agrees: boolean }>([
      { name: 'agrees', type: 'confirm', message: question, default: false },
    ]);
    if (!agrees) out.talk('Nothing was changed.');
    return agrees;
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'ExitPromptError') return false;
    throw cause;
  }
}
