import type { z } from 'zod';
import type { HandoverEvent } from '@crmflow/core/contract';
import type { Call } from './events.ts';
import type { Watch } from './wire.ts';

/** Tells an owner of his sessions that wait for a person, as long as his socket is there; asked again, it begins again. */
export async function watchHandovers(
  call: Pick<Call, 'visit' | 'actor' | 'lose'>,
  { known }: z.output<typeof Watch>,
): Promise<object> {
  const { visit, actor, lose } = call;
  const api = visit.app.as(actor);
  const signal = visit.watching();
  void tellAll(call, api.handovers({ known, signal })).catch((cause: unknown) => {
    if (!signal.aborted) lose(cause);
  });
  return {};
}

async function tellAll({ visit }: Pick<Call, 'visit'>, events: AsyncIterable<HandoverEvent>): Promise<void> {
  for await (const { type, ...payload } of events) {
    visit.tell(type, payload);
    await visit.room();
  }
}
