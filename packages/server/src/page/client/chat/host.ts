/** What the chat tells the page around it. */
export type News =
  | { crmflow: 'ready' | 'close' | 'started' }
  | { crmflow: 'unread'; count: number }
  | { crmflow: 'finished'; outcome: string | null };
/** What the page around tells the chat. */
export type Sight = { crmflow: 'shown' | 'hidden' };

/** The page around, or nobody where the chat has a tab to itself. */
export function createHost(onSight: (isShown: boolean) => void) {
  const { parent } = window;
  const isAlone = parent === window;
  window.addEventListener('message', ({ source, data }: MessageEvent<Partial<Sight> | null>) => {
    if (isAlone || source !== parent) return;
    if (data?.crmflow === 'shown' || data?.crmflow === 'hidden') onSight(data.crmflow === 'shown');
  });
  return {
    /** Nothing of what was said, so that it may be any page that the server lets stand around. */
    tell(news: News): void {
      if (!isAlone) parent.postMessage(news, '*');
    },
  };
}
