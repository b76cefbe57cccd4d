import type { Context } from '../../context.ts';
import { timeText } from '../../list.ts';
import { oneLine, printable } from '../../printable.ts';
import { ownWorkflow } from '../../target.ts';
import { timeFrom } from '../../time-from.ts';

interface ReportOptions {
  since?: string;
  until?: string;
}

/** Counts the sessions that were started on a workflow. */
export async function report(
  { open, out }: Context,
  word: string,
  { since, until }: ReportOptions,
): Promise<void> {
  const { api } = await open();
  const time = {
    ...(since !== undefined && { since: timeFrom('--since', since) }),
    ...(until !== undefined && { until: timeFrom('--until', until) }),
  };
  const { id, name } = await ownWorkflow(api, word);
  const told = await api.workflows.report({ id, ...time });
  if (out.isJson) return out.json(told);
  const [from, to] = [told.since, told.until].map((at) => timeText(at, out.isTerminal));
  const { started, finished, failed, open: still, outcomes, channels } = told;
  out.line(`${out.colors.bold(printable(name))}, ${from} to ${to}`);
  out.line(`Started: ${started}; finished ${finished}, failed ${failed}, open ${still}`);
  if (finished)
    out.line(`Outcomes: ${listed(outcomes.map((each) => [each.outcome ?? 'no outcome', each.count]))}`);
  if (started)
    out.line(`Channels: ${listed(channels.map((each) => [each.channel ?? 'web or terminal', each.count]))}`);
  out.line();
  await out.table(
    ['node', 'type', 'kind', 'label', 'reached', 'standing'],
    told.nodes.map((node) => [node.nodeId, node.type, node.kind, node.label, node.reached, node.standing]),
  );
}

const listed = (counts: [string, number][]): string =>
  counts.map(([what, count]) => `${oneLine(what)} ${count}`).join(', ');
