import { appendFileSync } from 'node:fs';

/** Runs each contender in turn, round after round, and gives the median of how much it did a second. */
export async function compare(
  contenders: Record<string, () => number | Promise<number>>,
  { rounds = 9, roundMs = 300 }: { rounds?: number; roundMs?: number } = {},
): Promise<Map<string, number>> {
  const rates = new Map(Object.keys(contenders).map((name) => [name, [] as number[]]));
  for (let round = -1; round < rounds; round++)
    for (const [name, run] of Object.entries(contenders)) {
      const from = performance.now();
      let done = 0;
      do done += await run();
      while (performance.now() - from < roundMs);
      // The first round warms up.
      if (round >= 0) rates.get(name)!.push((done / (performance.now() - from)) * 1000);
    }
  return new Map([...rates].map(([name, each]) => [name, median(each)]));
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};

/** Prints what was measured, and each as a ratio to the baseline; a line of JSON goes to the file BENCH_OUT as well. */
export function printTable(title: string, rates: ReadonlyMap<string, number>, baseline: string): void {
  const base = rates.get(baseline)!;
  const { BENCH_OUT } = process.env;
  if (BENCH_OUT)
    appendFileSync(BENCH_OUT, `${JSON.stringify({ title, rates: Object.fromEntries(rates) })}\n`);
  console.log(`\n${title}`);
  for (const [name, rate] of rates)
    console.log(
      `  ${name.padEnd(34)} ${Math.round(rate).toLocaleString('en').padStart(12)}   ${(rate / base).toFixed(2)} ×`,
    );
}
