/** Null when it takes longer; what fails in time is refused. Without an end, it is waited for. */
export async function within<T>(ms: number, work: Promise<T>): Promise<T | null> {
  if (ms === Infinity) return work;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => void (timer = setTimeout(resolve, ms, null)));
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
