// Prints `N passed, N failed` over the reports of several test runs, as the last line of a whole run.
import { readFileSync } from 'node:fs';

const runs = process.argv.slice(2).map(countIn);
const sum = (key) => runs.reduce((total, run) => total + run[key], 0);
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);

/** A file that could not even be loaded counts as one failure; so does a run that left no report. */
function countIn(path) {
  let report;
  try {
    report = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return { passed: 0, failed: 1 };
  }
  const broken = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((result) => result.status === 'failed'),
  );
  return { passed: report.numPassedTests, failed: report.numFailedTests + broken.length };
}
