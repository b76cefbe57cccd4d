import type { Services } from '../contract/index.ts';
import { notFound } from '../errors.ts';
import type { Template, Templates } from '../workflow/template.ts';

const view = ({ isPublic: _isPublic, ...template }: Template) => ({ ...template, isTemplate: true as const });

export const createTemplates = (templates: Templates): Services['templates'] => ({
  async list() {
    const items = templates.list().map(({ id, name, description, nodes }) => ({
      id,
      name,
      description,
      isTemplate: true as const,
      nodeCount: nodes.length,
    }));
    return { items, nextCursor: null };
  },
  async get(_actor, { id }) {
    const template = templates.get(id);
    if (!template) throw notFound('template', id);
    return view(template);
  },
});
