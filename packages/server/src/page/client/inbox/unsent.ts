import { element } from '../dom.ts';
import { titleOf } from './title.ts';
import type { Waiting } from './waiting.ts';

type Unsent = Pick<Waiting, 'sessionId'> & Partial<Waiting> & { reason: string };

/** What could not be sent in conversations that were left since: said of each until one looks there. */
export function createUnsent() {
  const rows = new Map<string, HTMLElement>();
  const view = element('div', { class: 'alert', role: 'alert' });
  const drop = (sessionId: string): void => rows.get(sessionId)?.remove();
  return {
    view,
    drop,
    /** Told of whom, as far as that is known where it waits no more. */
    tell({ sessionId, who = null, workflowName, reason }: Unsent): void {
      drop(sessionId);
      const title =
        workflowName === undefined ? 'a conversation that is over' : titleOf({ who, workflowName });
      const link = element('a', { href: `#${encodeURIComponent(sessionId)}` }, title);
      const row = element('p', {}, 'Not sent: ', link, `. ${reason}`);
      rows.set(sessionId, row);
      view.append(row);
    },
  };
}
