import { hashOf } from '../chat/given.ts';
import type { News, Sight } from '../chat/host.ts';
import { element } from '../dom.ts';
import type { WidgetSettings } from './settings.ts';

/** So long a page may take to be there. */
const PATIENCE_MS = 8_000;

interface Told {
  hear(news: News): void;
  /** It is not there, and may be when it is asked for again. */
  away(): void;
}

/** The chat in a frame of its own: nothing of the page around can read it or change how it looks. */
export function createFrame(settings: WidgetSettings, { hear, away }: Told) {
  const { server, workflowId, title, accent, language, variables, memory, into } = settings;
  const address = new URL('chat', server);
  address.search = new URLSearchParams({ workflow: workflowId, ...(language && { language }) }).toString();
  address.hash = hashOf({
    ...(into === undefined && { title }),
    variables,
    accent,
    memory,
    isPanel: into === undefined,
  });
  const view = element('iframe', { title });
  /** Before, what stands in it is not the chat. */
  let isReady = false;
  let askedAt = -Infinity;
  window.addEventListener('message', ({ source, origin, data }: MessageEvent<Partial<News> | null>) => {
    if (source !== view.contentWindow || origin !== address.origin || !data?.crmflow) return;
    isReady = true;
    hear(data as News);
    if (data.crmflow === 'started' || data.crmflow === 'finished') announce(data as News);
  });

  /** For the page around, to count by: the CustomEvent `crmflow` of the document. */
  function announce({ crmflow: type, ...more }: News) {
    document.dispatchEvent(new CustomEvent('crmflow', { detail: { type, workflowId, ...more } }));
  }
  return {
    view,
    /** Asks the server for it; until then the page around has loaded nothing but the button. */
    load(): void {
      if (isReady || performance.now() - askedAt < PATIENCE_MS) return;
      askedAt = performance.now();
      // The same address once more would be taken for a place in the page that is not there.
      if (view.src) address.searchParams.set('again', String(Math.round(askedAt)));
      view.src = address.href;
      setTimeout(() => isReady || away(), PATIENCE_MS);
    },
    tell(sight: Sight['crmflow']): void {
      if (isReady) view.contentWindow?.postMessage({ crmflow: sight } satisfies Sight, address.origin);
    },
  };
}
