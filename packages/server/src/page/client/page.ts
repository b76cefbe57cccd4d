import { CRMFlow } from '@crmflow/sdk';
import { element } from './dom.ts';
import { memoryOf } from './memory.ts';
import { sentenceOf } from './sentence.ts';
import { talk, type Kept } from './talk.ts';
import { templatesView } from './templates.ts';
import './page.css';

/** Where this page stands is where CRMFlow answers, also behind a path of a larger site. */
const client = new CRMFlow({ url: new URL('.', location.href).href });
const main = document.querySelector('main')!;
const workflowId = new URLSearchParams(location.search).get('workflow');

if (workflowId) showTalk(workflowId);
else
  templatesView(client).then(
    (view) => main.replaceChildren(view),
    (cause: unknown) =>
      main.replaceChildren(element('p', { role: 'alert', class: 'alert' }, sentenceOf(cause))),
  );

function showTalk(id: string) {
  main.replaceChildren(talk({ client, workflowId: id, memory: memoryOf<Kept>(`talk:${id}`) }));
  void nameOf(id).then((name) => {
    document.title = `${name} – CRMFlow`;
    document.querySelector('h1')!.textContent = name;
  });
}

/** A shipped template has a name that everybody may read; of other workflows only their owner knows it. */
async function nameOf(id: string): Promise<string> {
  try {
    // Asked for one that is no template, the server would say so, and the browser in its console.
    for await (const template of client.templates.list.all()) if (template.id === id) return template.name;
  } catch {
    // The talk itself says that the server is away.
  }
  return 'Conversation';
}
