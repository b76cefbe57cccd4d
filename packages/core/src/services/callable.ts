import type { Store } from '../store.ts';
import { allProblems } from '../workflow/problems.ts';
import type { Templates } from '../workflow/template.ts';
import { isComplete, subflowsOf } from '../workflow/version.ts';
import { Graph, type Problem, type Workflow } from '../workflow/workflow.ts';
import type { Live } from './live.ts';
import { createLookedAt } from './looked-at.ts';

interface Needs {
  store: Store;
  templates: Templates;
  live: Live['live'];
}

/** So many of an owner's workflows, those he changed last, are what he may have meant. */
const SUGGESTED = 200;

/**
 * What a workflow of an owner's calls, by id or name: others of his own, as they are published, and shipped templates;
 * nobody's calls templates.
 */
export function createCallable({ store: { workflows }, templates, live }: Needs) {
  const finder = (userId: string | null) => async (name: string) => {
    const template = templates.get(name);
    if (template) return template;
    if (userId === null) return null;
    const own = await workflows.get(name);
    const found = own?.userId === userId ? own : await workflows.findByName(userId, name);
    return found && Graph.parse(await live(found));
  };
  const subflows = (graph: Graph, userId: string | null) => subflowsOf(graph, finder(userId));

  async function namesFor(userId: string | null): Promise<string[]> {
    const own = userId === null ? [] : (await workflows.list(userId, { limit: SUGGESTED })).items;
    return [...own.map(({ name }) => name), ...templates.list().map(({ id }) => id)];
  }

  const lookedAt = createLookedAt<Problem[]>();
  /** What is wrong with a graph; of a saved workflow it is worked out once, unless it calls others. */
  async function problems(graph: Graph, userId: string | null, saved?: Workflow): Promise<Problem[]> {
    const called = await subflows(graph, userId);
    const isFound = isComplete(graph, called);
    const names = isFound ? [] : await namesFor(userId);
    const work = () => allProblems(graph, called, names);
    return saved && isFound ? lookedAt(saved, called, work) : work();
  }

  return { subflows, problems };
}
export type Callable = ReturnType<typeof createCallable>;
