import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the repository. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Talk, kept off stdout: that belongs to results. */
export const say = (sentence) => void process.stderr.write(`${sentence}\n`);

/** Whether this module is the program that was started. */
export const isProgram = (url) => process.argv[1] === fileURLToPath(url);

/** An error whose message is all a reader needs: what went wrong, and what now. */
export class Refusal extends Error {}

/** Runs a program's `main`, which may give an exit code; a refusal is told in its own words and exits 1. */
export async function runProgram(main) {
  try {
    process.exitCode = (await main(process.argv.slice(2))) ?? 0;
  } catch (error) {
    say(error instanceof Refusal ? error.message : error.stack);
    process.exitCode = 1;
  }
}
