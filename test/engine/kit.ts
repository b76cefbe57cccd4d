import { allProblems, fromFile, type Problem } from '@crmflow/core';
import type { Sketch } from '@crmflow/core/testing';
import { createMemoryStore } from '../../packages/core/src/adapters/memory/memory-store.ts';
import type { Store } from '../../packages/core/src/store.ts';

export const start = { id: 'start', type: 'trigger' } as const;
/** A trigger that declares inputs. */
export const takes = (...inputs: object[]) => ({ ...start, data: { inputs } });
export const say = (id: string, text: string) => ({ id, type: 'speak', data: { text } }) as const;
/** A question whose answer is kept under the node's own name. */
export const ask = (id: string, data: object = {}) =>
  ({ id, type: 'listen', data: { prompt: `${id}?`, saveAs: id, ...data } }) as const;
export const logic = (id: string, kind: string, data: object = {}) =>
  ({ id, type: 'logic', data: { kind, ...data } }) as const;
export const get = (id: string, data: object = {}) =>
  ({ id, type: 'integration', data: { url: 'https://example.com/', ...data } }) as const;

/** A world in which these can be called by name. */
export const calling = (sketches: Record<string, Sketch>) => ({
  shipped: Object.entries(sketches).map(([id, sketch]) => ({ ...graphOf(sketch), id, name: id })),
});
export const graphOf = (sketch: Sketch) => fromFile({ name: 'test', ...sketch }, 'the sketch');

/** What is wrong with a sketch that calls these: `severity: message`. */
export function problemsOf(sketch: Sketch, called: Record<string, Sketch> = {}): string[] {
  const graphs = Object.entries(called).map(([name, each]) => [name, graphOf(each)]);
  return allProblems(graphOf(sketch), Object.fromEntries(graphs)).map(inWords);
}
const inWords = ({ severity, message }: Problem) => `${severity}: ${message}`;
/** Those that are not about ways that lead nowhere. */
export const besidesEnds = (problems: readonly string[]) =>
  problems.filter((problem) => !problem.includes('leads nowhere'));

/** A store that stops taking commits after a number of them, as a crash does. */
export function mortal() {
  const memory = createMemoryStore();
  const life = { commits: Infinity };
  const commit: Store['sessions']['commit'] = async (whole) => {
    if (--life.commits < 0) throw new Error('power cut');
    return memory.sessions.commit(whole);
  };
  return { life, store: { ...memory, sessions: { ...memory.sessions, commit } } };
}
