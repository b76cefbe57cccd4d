import type { HandoverEvent } from '@crmflow/core/contract';
import type { Context } from '../../context.ts';
import { EXIT } from '../../io.ts';
import { oneLine } from '../../printable.ts';

/** Says which sessions wait for a person, and what is said there, until it is stopped. */
export async function watch(context: Context): Promise<number> {
  const { io, out } = context;
  const { api, where } = await context.open();
  out.talk(`Hearing at ${where} who waits for a person. Stop with Ctrl-C.`);
  try {
    for await (const event of api.handovers({ signal: io.signal }))
      if (out.isJson) out.jsonLine(event);
      else out.line(lineOf(event));
  } catch (cause) {
    if (!io.signal.aborted) throw cause;
  }
  return EXIT.ok;
}

function lineOf(event: HandoverEvent): string {
  switch (event.type) {
    case 'handover:waiting':
      return `${event.sessionId}\twaits since ${event.since}\t${oneLine(event.workflowName ?? event.workflowId)}`;
    case 'handover:message':
      return `${event.sessionId}\tsays\t${oneLine(event.message.text)}`;
    case 'handover:over':
      return `${event.sessionId}\twaits no longer\t`;
  }
}
