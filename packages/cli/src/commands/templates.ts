import type { Context } from '../context.ts';
import { limitFrom } from '../pages.ts';
import { printList } from '../list.ts';
import { printable } from '../printable.ts';
import { templateNamed } from '../target.ts';
import { describe, type Setup } from './index.ts';

export const setup: Setup = (command, act) => {
  describe(command, 'See the workflows to begin with.', [
    'crmflow templates list',
    'crmflow run feedback',
    'crmflow workflows create --from feedback',
  ]);
  describe(command.command('list').alias('ls'), 'List the templates.', ['crmflow templates list --json'])
    .option('--limit <n>', 'how many at most', limitFrom, 50)
    .action((options) => act((context) => list(context, options)));
  describe(command.command('show'), 'Show a template.', ['crmflow templates show lead-qualification'])
    .argument('<template>', 'its id')
    .action((id) => act((context) => show(context, id)));
};

async function list(context: Context, { limit }: { limit: number }): Promise<void> {
  const { api } = await context.openShipped();
  await printList(context, {
    limit,
    read: api.templates.list,
    head: ['id', 'what it does'],
    row: ({ id, description, name }) => [id, description ?? name],
    none: 'There are no templates.',
  });
}

async function show(context: Context, id: string): Promise<void> {
  const { out } = context;
  const { api } = await context.openShipped();
  const template = await templateNamed(api, id);
  if (out.isJson) return out.json(template);
  out.line(out.colors.bold(printable(template.name)));
  if (template.description) out.line(printable(template.description));
  out.line();
  const kindOf = (kind: unknown) => (typeof kind === 'string' ? kind : '');
  await out.table(
    ['id', 'type', 'kind', 'label'],
    template.nodes.map((node) => [node.id, node.type, kindOf(node.data.kind), node.label]),
  );
}
