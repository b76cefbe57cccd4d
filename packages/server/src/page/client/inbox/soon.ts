/** Does something a moment after it was asked for: once, however often that was, and never once it is closed. */
export function soon(work: () => void, ms: number) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isClosed = false;
  return {
    ask(): void {
      if (isClosed) return;
      timer ??= setTimeout(() => {
        timer = undefined;
        work();
      }, ms);
    },
    close(): void {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}
