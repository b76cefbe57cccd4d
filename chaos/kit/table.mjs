/** A table as Markdown writes it: it is read in a terminal as well as in docs/faults.md. */
export function tableOf(results) {
  const rows = results.map(({ row, observed, breaches, seconds }) => [
    row.name,
    row.title,
    breaches.length ? `BROKEN: ${breaches.length}` : 'held',
    `${seconds.toFixed(0)} s`,
    observed,
  ]);
  const lines = [['name', 'what happens', 'promises', 'took', 'observed'], ...rows];
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const written = lines.map(
    (line) => `| ${line.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`,
  );
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [written[0], rule, ...written.slice(1)].join('\n');
}
