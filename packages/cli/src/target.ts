import { resolve } from 'node:path';
import type { Graph } from '@crmflow/core';
import { CrmflowError, type Crmflow } from '@crmflow/core/contract';
import type { Context } from './context.ts';
import { mustBeSound, type Find } from './files/check.ts';
import { runName } from './files/names.ts';
import { findByName, pushFiles } from './files/push.ts';
import { isFile, readFiles, readOne, type Files } from './files/read.ts';
import { orNull } from './or-null.ts';
import type { TemplateView, WorkflowView } from './views.ts';

/** What a word on the command line may stand for besides a file: one's own workflow, or what ships with CRMFlow. */
export type Kept = { kind: 'own'; workflow: WorkflowView } | { kind: 'template'; workflow: TemplateView };

/** The template of this id, as the engine would take it, else one's own workflow by id or name. */
export async function keptWorkflow(api: Crmflow, word: string): Promise<Kept> {
  const template = await findTemplate(api, word);
  if (template) return { kind: 'template', workflow: template };
  const own = await findByName(api, word);
  if (own) return { kind: 'own', workflow: own };
  throw await unknownWorkflow(api, word);
}

/** The same, or what a file is run as. */
export async function keptOrRun(api: Crmflow, word: string, cwd: string): Promise<Kept> {
  if (!isFile(word, cwd)) return keptWorkflow(api, word);
  const path = resolve(cwd, word);
  return keptWorkflow(api, runName((await readOne(path, cwd)).name, path));
}

/** One's own workflow by id or name. */
export async function ownWorkflow(api: Crmflow, word: string): Promise<WorkflowView> {
  const own = await findByName(api, word);
  if (own) return own;
  if (await findTemplate(api, word))
    throw new CrmflowError(
      'not_found',
      `${word} is a template, not a workflow of yours. Make one of it: crmflow workflows create --from ${word}`,
    );
  throw await unknownWorkflow(api, word);
}

/** A shipped template. */
export async function templateNamed(api: Crmflow, id: string): Promise<TemplateView> {
  const template = await findTemplate(api, id);
  if (template) return template;
  const [{ items }, { didYouMean }] = await Promise.all([api.templates.list({}), import('@crmflow/core')]);
  const meant =
    didYouMean(
      id,
      items.map((each) => each.id),
    ) || ' See: crmflow templates list.';
  throw new CrmflowError('not_found', `There is no template ${id}.${meant}`);
}

const findTemplate = (api: Crmflow, id: string): Promise<TemplateView | null> =>
  orNull(api.templates.get({ id }));

async function unknownWorkflow(api: Crmflow, word: string): Promise<CrmflowError> {
  const [own, templates, { didYouMean }] = await Promise.all([
    api.workflows.list({ limit: 200 }),
    api.templates.list({}),
    import('@crmflow/core'),
  ]);
  const names = [...own.items.map(({ name }) => name), ...templates.items.map(({ id }) => id)];
  const meant = didYouMean(word, names) || ' See: crmflow workflows list, crmflow templates list.';
  return new CrmflowError('not_found', `There is no file, workflow or template ${word}.${meant}`);
}

/** One's own workflow as its conversations start on it. */
export const startedOn = async (api: Crmflow, own: WorkflowView): Promise<WorkflowView> =>
  own.publishedVersionId === null ? own : api.workflows.getPublished({ id: own.id });

/** Finds what a file calls by name: a template, else one's own workflow, as conversations start on it. */
const finder =
  (api: () => Promise<Crmflow>, shipped: () => Promise<Crmflow>): Find =>
  async (name): Promise<Graph | null> => {
    const template = await findTemplate(await shipped(), name);
    if (template) return template;
    const own = await findByName(await api(), name);
    return own && startedOn(await api(), own);
  };

/** The same for a command that opens the database only where it has to look there. */
export const finderOf = (context: Context): Find =>
  finder(
    async () => (await context.open()).api,
    async () => (await context.openShipped()).api,
  );

/** A template, or one's own workflow as conversations start on it, or with `draft` as it is saved. */
export async function keptToStart(
  api: Crmflow,
  word: string,
  { draft }: { draft: boolean },
): Promise<Startable> {
  const found = await keptWorkflow(api, word);
  return found.kind === 'own' && !draft ? startedOn(api, found.workflow) : found.workflow;
}

/** What can be started: its id, its name and its nodes. */
export type Startable = Pick<WorkflowView, 'id' | 'name' | 'nodes'>;

/**
 * What `run` was given; a file is checked first, then kept under a name of its own so that its sessions can be resumed. It
 * starts nothing by itself, however it is meant.
 */
export async function startable(
  context: Context,
  word: string,
  { draft }: { draft: boolean },
): Promise<Startable> {
  const { cwd } = context.io;
  if (!isFile(word, cwd)) {
    const { api } = await context.open();
    return keptToStart(api, word, { draft });
  }
  const path = resolve(cwd, word);
  const opening = context.open();
  opening.catch(() => undefined);
  const [files, { atRest }] = await Promise.all([readFiles([path], cwd), import('@crmflow/core')]);
  const { api } = await opening;
  const here = () => Promise.resolve(api);
  await mustBeSound(path, files, finder(here, here), cwd);
  const named: Files = new Map(
    [...files].map(([from, content]) => [
      from,
      { ...content, name: runName(content.name, from), nodes: content.nodes.map(atRest) },
    ]),
  );
  const pushed = await pushFiles(api, named, cwd);
  const { workflow } = pushed.find((each) => each.path === path)!;
  return { ...workflow, name: files.get(path)!.name };
}
