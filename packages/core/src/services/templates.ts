import type { Services } from '../contract/index.ts';
import { CrmflowError, notFound } from '../errors.ts';
import type { Template, Templates } from '../workflow/template.ts';

const view = ({ isPublic: _isPublic, ...template }: Template) => ({ ...template, isTemplate: true as const });

export const createTemplates = (templates: Templates): Services['templates'] => ({
  async list(_actor, { limit, cursor }) {
    const all = templates.list();
    const from = cursor === undefined ? 0 : all.findIndex(({ id }) => id === cursor);
    if (from < 0) throw new CrmflowError('invalid_input', 'cursor: it is not one that a list has given.');
    const items = all.slice(from, from + limit).map(({ id, name, description, nodes }) => ({
      id,
      name,
      description,
      isTemplate: true as const,
      nodeCount: nodes.length,
    }));
    return { items, nextCursor: all[from + limit]?.id ?? null };
  },
  async get(_actor, { id }) {
    const template = templates.get(id);
    if (!template) throw notFound('template', id);
    return view(template);
  },
});
