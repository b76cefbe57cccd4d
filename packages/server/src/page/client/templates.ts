import type { CRMFlow } from '@crmflow/sdk';
import { element } from './dom.ts';

/** The shipped workflows, each a link to a conversation with it. */
export async function templatesView(client: CRMFlow): Promise<HTMLElement> {
  const items: HTMLElement[] = [];
  for await (const { id, name, description } of client.templates.list.all())
    items.push(
      element(
        'li',
        {},
        element('a', { href: `?workflow=${encodeURIComponent(id)}` }, name),
        element('p', {}, description ?? ''),
      ),
    );
  return element('section', { class: 'templates' }, element('ul', {}, ...items), inTheTerminal(), inbox());
}

const COMMANDS: [string, string][] = [
  ['crmflow run lead-qualification', 'Have a conversation.'],
  ['crmflow workflows create --from lead-qualification', 'Make one your own.'],
  ['crmflow --help', 'See everything else.'],
];

const inbox = () =>
  element('p', {}, element('a', { href: 'inbox' }, 'The inbox, for whoever takes conversations over'));

const inTheTerminal = () =>
  element(
    'details',
    { class: 'terminal' },
    element('summary', {}, 'In the terminal, and over the wire'),
    element(
      'dl',
      {},
      ...COMMANDS.flatMap(([command, what]) => [
        element('dt', {}, element('code', {}, command)),
        element('dd', {}, what),
      ]),
      element('dt', {}, element('a', { href: 'api/docs' }, 'The reference of the API')),
      element('dd', {}, 'Every route, with examples.'),
    ),
  );
