import type { Io } from './io.ts';
import type { GlobalOptions } from './settings.ts';

const PATIENCE_MS = 400;
const BAR = 24;

/** What is waited for; where it can tell how far it is, `say` takes a new line of talk. */
type Work<T> = Promise<T> | ((say: (text: string) => void) => Promise<T>);

/** Gives what the work gives; a person who has waited a moment is shown that something happens. */
export async function whileWaiting<T>(
  work: Work<T>,
  text: string,
  { io, options }: { io: Io; options: GlobalOptions },
): Promise<T> {
  let latest = text;
  let show = () => {};
  const working =
    typeof work === 'function'
      ? work((said) => {
          latest = said;
          show();
        })
      : work;
  // Without a width the spinner would draw for ever.
  if (io.stderr.isTTY !== true || !io.stderr.columns || options.quiet) return working;
  let stop = () => {};
  let isOver = false;
  const timer = setTimeout(() => {
    void import('ora').then(({ default: ora }) => {
      if (isOver) return;
      const spinner = ora({ text: latest, stream: io.stderr, discardStdin: false }).start();
      show = () => void (spinner.text = latest);
      stop = () => void spinner.stop();
    });
  }, PATIENCE_MS);
  try {
    return await working;
  } finally {
    isOver = true;
    clearTimeout(timer);
    stop();
  }
}

/** How far something is, for people. */
export function barOf({ done, total }: { done: number; total: number }): string {
  const full = Math.floor((BAR * Math.min(done, total)) / Math.max(1, total));
  return `${'█'.repeat(full)}${'░'.repeat(BAR - full)} ${done} of ${total}`;
}
