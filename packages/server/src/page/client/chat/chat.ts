import { CRMFlow } from '@crmflow/sdk';
import { button, element } from '../dom.ts';
import { memoryOf } from '../memory.ts';
import { talk, type Kept, type Variables } from '../talk.ts';
import { language, words } from '../words.ts';
import { colour } from './colours.ts';
import { givenIn } from './given.ts';
import { createHost } from './host.ts';
import { mediaShown } from './media.ts';
import { createNotice } from './notice.ts';
import '../page.css';
import './chat.css';

const { title, accent, variables, memory: place, isPanel } = givenIn(location.hash);
const workflowId = new URLSearchParams(location.search).get('workflow') ?? '';
const memory = memoryOf<Kept>(`talk:${workflowId}`, place);
const notice = createNotice({ memory, tell: (news) => host.tell(news) });
const host = createHost(notice.shown);

document.documentElement.lang = language;
if (accent) colour(accent);
if (title) document.title = title;
const header = document.querySelector('header')!;
header.append(element('h1', {}, title ?? ''));
header.hidden = !title && !isPanel;
if (isPanel) {
  const close = () => host.tell({ crmflow: 'close' });
  header.append(button('×', { class: 'close', 'aria-label': words.close }, close));
  document.addEventListener('keydown', ({ key }) => key === 'Escape' && close());
}
document.querySelector('main')!.replaceChildren(
  talk({
    client: new CRMFlow({ url: new URL('.', location.href).href }),
    ...{ workflowId, memory, mediaShown },
    // What came as JSON is JSON; the server reads it.
    variables: variables as Variables,
    onEvent: notice.heard,
  }),
);
host.tell({ crmflow: 'ready' });
