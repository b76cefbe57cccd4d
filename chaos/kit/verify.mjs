import { withoutPhone } from './workflows.mjs';

/** The lines of a session, as anybody's. */
export const linesOf = (messages, visitor) =>
  messages.map(({ from, text }) => `${from}: ${withoutPhone(text, visitor)}`);

/**
 * What was broken in one session, as `[kind, what]`.
 * @param {{ told: import('./visitors.mjs').Told, lines: string[], events: { seq: number, type: string }[], status: string,
 *   answers: readonly string[], expected: readonly Set<string>[] }} found `answers` and `lines` without what differs by visitor
 */
export function breachesIn({ told, lines, events, status, answers, expected }) {
  const breaches = [];
  const said = lines.filter((line) => line.startsWith('user: ')).map((line) => line.slice('user: '.length));
  if (said.length < told.acknowledged)
    breaches.push(['lost', `${told.acknowledged} acknowledged, ${said.length} stored`]);
  const odd = said.findIndex((text, at) => text !== answers[at]);
  if (odd >= 0) breaches.push(['twice', `answer ${odd} is ${said[odd]}`]);
  if (events.some(({ seq }, at) => seq !== at + 1)) breaches.push(['gap', 'among the stored events']);
  if (told.heard.some(({ seq }, at) => seq !== at + 1)) breaches.push(['gap', 'among what was heard']);
  const other = told.heard.findIndex(({ seq, type }) => events[seq - 1]?.type !== type);
  if (other >= 0) breaches.push(['gap', `heard ${told.heard[other].type}, stored ${events[other]?.type}`]);
  if (status !== 'finished')
    breaches.push([
      'stuck',
      `it is ${status}; heard ${told.heard.length} of ${events.length} events, acknowledged ${told.acknowledged}`,
    ]);
  for (const fault of told.faults) breaches.push([fault.startsWith('heard') ? 'gap' : 'stuck', fault]);
  const strange = lines.findIndex((line, at) => !expected[at]?.has(line));
  if (strange >= 0) breaches.push(['other', `line ${strange}: ${lines[strange]}`]);
  else if (status === 'finished' && lines.length !== expected.length)
    breaches.push(['other', 'it is shorter']);
  return breaches;
}
