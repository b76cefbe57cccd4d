import type { Store } from '../../store.ts';
import type { Version } from '../../workflow/workflow.ts';
import type { Ask } from './ask.ts';

export const createVersions = (ask: Ask): Store['versions'] => ({
  get: async (id) => (await ask<Version>(GET, [id]))[0] ?? null,
  async keep({ id, graph }) {
    await ask(KEEP, [id, JSON.stringify(graph)]);
  },
});

const GET = { name: 'version', text: 'SELECT id, graph FROM "Version" WHERE id = $1' };
const KEEP = {
  name: 'keep-version',
  text: 'INSERT INTO "Version" (id, graph) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING',
};
