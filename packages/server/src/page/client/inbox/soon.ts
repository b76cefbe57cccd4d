/** Does something a moment after it was asked for: once, however often that was. */
export function soon(work: () => void, ms: number) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    ask(): void {
      timer ??= setTimeout(() => {
        timer = undefined;
        work();
      }, ms);
    },
    close: (): void => clearTimeout(timer),
  };
}
