import type { Template, Templates } from '../workflow/template.ts';
import { fromFile } from '../workflow/file.ts';

/** The templates that come with CRMFlow; each is read when it is first asked for. */
export async function shippedTemplates(): Promise<Templates> {
  const { templates } = await import('../generated/templates.ts');
  const read = new Map<string, Template>();
  function get(id: string): Template | undefined {
    const known = read.get(id);
    if (known || !Object.hasOwn(templates, id)) return known;
    const template = { id, ...fromFile(templates[id], `template ${id}`) };
    read.set(id, template);
    return template;
  }
  return { get, list: () => Object.keys(templates).flatMap((id) => get(id) ?? []) };
}
