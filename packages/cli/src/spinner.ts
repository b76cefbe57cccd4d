import type { Io } from './io.ts';
import type { GlobalOptions } from './settings.ts';

const PATIENCE_MS = 400;

/** Gives what the work gives; a person who has waited a moment is shown that something happens. */
export async function whileWaiting<T>(
  work: Promise<T>,
  text: string,
  { io, options }: { io: Io; options: GlobalOptions },
): Promise<T> {
  // Without a width the spinner would draw for ever.
  if (io.stderr.isTTY !== true || !io.stderr.columns || options.quiet) return work;
  let stop = () => {};
  let isOver = false;
  const timer = setTimeout(() => {
    void import('ora').then(({ default: ora }) => {
      if (isOver) return;
      const spinner = ora({ text, stream: io.stderr, discardStdin: false }).start();
      stop = () => void spinner.stop();
    });
  }, PATIENCE_MS);
  try {
    return await work;
  } finally {
    isOver = true;
    clearTimeout(timer);
    stop();
  }
}
