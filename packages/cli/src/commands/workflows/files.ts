import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, relative, resolve, sep } from 'node:path';
import type { Graph } from '@crmflow/core';
import { CrmflowError } from '@crmflow/core/contract';
import type { Context } from '../../context.ts';
import { onFile } from '../../file-error.ts';
import { called, withCalls } from '../../files/calls.ts';
import { problemsOf, type Find } from '../../files/check.ts';
import { formatOf, isRunName, pathsFor, slug, type Format } from '../../files/names.ts';
import { changeOf, type Change } from '../../files/compare.ts';
import { publishAll } from './publish.ts';
import { printable } from '../../printable.ts';
import type { WorkflowView } from '../../views.ts';
import { findByName, pushable, pushFiles } from '../../files/push.ts';
import {
  isFolder,
  isPath,
  readFiles,
  shownPath,
  unfolded,
  workflowFilesIn,
  type Files,
} from '../../files/read.ts';
import { allOf } from '../../pages.ts';
import { problemLine } from '../../refuse.ts';
import { wrongUse } from '../../wrong-use.ts';
import { finderOf } from '../../target.ts';

/** Writes all of one's workflows into a folder. */
export async function pull(
  context: Context,
  folder: string,
  { format, dryRun = false }: { format: Format; dryRun?: boolean },
): Promise<void> {
  const { cwd } = context.io;
  const at = resolve(cwd, folder);
  if (existsSync(at) && !isFolder(at)) throw wrongUse(`${folder} is a file. Name a folder to write into.`);
  if (!dryRun) await mkdir(at, { recursive: true });
  const [{ api }, standing] = await Promise.all([
    context.open(),
    (existsSync(at) ? workflowFilesIn(at) : Promise.resolve([])).then((paths) => readFiles(paths, cwd)),
  ]);
  const { writeWorkflowFile } = await import('@crmflow/core');
  const listed = (await allOf(api.workflows.list)).filter(({ name }) => !isRunName(name));
  const paths = pathsFor(listed, standing, at, format);
  const changes = [];
  for (const { id, name } of listed) {
    const path = paths.get(id)!;
    const workflow = withCalls(
      await api.workflows.get({ id }),
      (call) => pathFrom(path, paths.get(call)) ?? call,
    );
    const what = changeOf(standing.get(path) ?? null, workflow);
    // A file that says the same stays as its author wrote it.
    if (what.change !== 'unchanged' && !dryRun) {
      const text = writeWorkflowFile(workflow, formatOf(path));
      await onFile(path, () => writeFile(path, text));
    }
    changes.push({ path: shownPath(path, cwd), name, ...what });
  }
  await told(context, changes);
  if (dryRun) context.out.talk(NOTHING_DONE);
  if (!changes.length) context.out.talk('There are no workflows to pull.');
}

const NOTHING_DONE = 'Nothing was changed. Leave --dry-run out to do it.';

/** A file as another calls it. */
const pathFrom = (from: string, to: string | undefined): string | undefined =>
  to && `./${relative(dirname(from), to).split(sep).join('/')}`.replace('./../', '../');

interface Pushing {
  drafts?: boolean;
  dryRun?: boolean;
  publish?: boolean;
}

/** Saves files as workflows; those that cannot run only when they are meant as drafts. */
export async function push(
  context: Context,
  words: readonly string[],
  { drafts = false, dryRun = false, publish = false }: Pushing = {},
): Promise<void> {
  const { cwd } = context.io;
  const paths = (await unfolded(words.length ? words : ['.'], cwd)).map((path) => resolve(cwd, path));
  const [{ api }, files] = await Promise.all([context.open(), readFiles(paths, cwd)]);
  if (drafts && publish) throw wrongUse('What cannot run is not published: leave out --drafts or --publish.');
  if (!drafts) await mustAllBeSound(context, files);
  const pushed = await (dryRun ? pushable : pushFiles)(api, files, cwd);
  await told(
    context,
    pushed.map(({ path, name, change, differs, workflow }) => ({
      path: shownPath(path, cwd),
      name,
      change,
      differs,
      id: workflow?.id ?? null,
    })),
  );
  if (dryRun) return context.out.talk(NOTHING_DONE);
  const saved = pushed.flatMap(({ workflow }) => workflow ?? []);
  if (publish) await publishAll(api, saved);
  else for (const each of saved) if (each.hasUnpublishedChanges) context.out.talk(notYet(each));
  for (const { path, workflow } of pushed)
    for (const problem of workflow?.problems ?? [])
      if (problem.severity === 'error') context.out.talk(`${shownPath(path, cwd)}: ${problemLine(problem)}`);
}

const notYet = ({ name }: Pick<WorkflowView, 'name'>) =>
  `${printable(name)}: conversations start on what was published before. Publish this: crmflow workflows publish ${JSON.stringify(name)}`;

/** What is live stays so: refuses all of the files where one cannot run, and names what is wrong in each. */
async function mustAllBeSound(context: Context, files: Files): Promise<void> {
  const { out, io } = context;
  const elsewhere = finderOf(context);
  const among = new Map([...files.values()].map((content) => [content.name, content]));
  const find: Find = async (name) => among.get(name) ?? elsewhere(name);
  const broken = new Set<string>();
  for (const path of files.keys())
    for (const problem of await problemsOf(path, files, find, io.cwd))
      if (problem.severity === 'error') {
        broken.add(path);
        out.talk(`${shownPath(path, io.cwd)}: ${problemLine(problem)}`);
      }
  if (!broken.size) return;
  throw new CrmflowError(
    'workflow_invalid',
    `Nothing was pushed: ${broken.size} of ${files.size} files cannot run. Mend them. With --drafts they are kept as they are, and start no conversation until they are mended, also where one is live and not published.`,
  );
}

async function told({ out }: Context, changes: ({ path: string; name: string } & Change)[]): Promise<void> {
  if (out.isJson) return out.json({ items: changes });
  if (changes.length)
    await out.table(
      ['', 'file', 'name', 'what differs'],
      changes.map(({ path, name, change, differs }) => [change, path, name, differs.join(', ')]),
    );
}

/** A workflow with its calls by id written as the paths that `pull` would give them. */
export async function withFileCalls<G extends Pick<Graph, 'nodes'>>(context: Context, graph: G): Promise<G> {
  const calls = called(graph).filter((name) => !isPath(name));
  if (!calls.length) return graph;
  const { api } = await context.open();
  const found = await Promise.all(calls.map((name) => findByName(api, name)));
  const paths = new Map(found.flatMap((own) => (own ? [[own.id, `./${slug(own.name)}.workflow.yaml`]] : [])));
  return withCalls(graph, (name) => paths.get(name) ?? name);
}
