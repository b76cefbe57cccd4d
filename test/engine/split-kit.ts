import { fromFile } from '@crmflow/core';
import type { Sketch } from '@crmflow/core/testing';
import { contextOf } from '../../packages/core/src/session/play.ts';
import { begin } from '../../packages/core/src/session/begin.ts';
import { compileFlow as compile, type Flow } from '../../packages/core/src/workflow/flow.ts';
import { versionOf } from '../../packages/core/src/workflow/version.ts';

export const compileFlow = (sketch: Sketch): Flow =>
  compile(versionOf(fromFile({ name: 'test', ...sketch }, 'sketch'), {}, () => 'v'));

/** The way the node `split` sends a session. */
export function decideSplit(flow: Flow, id: string): string {
  const given = {
    id,
    workflowId: 'w',
    userId: null,
    starterId: null,
    tokenHash: '',
    mode: 'auto',
    inputs: {},
  } as const;
  const { session } = begin(flow, given, '2026-01-05T09:00:00.000Z');
  const { kind, data } = flow.main.steps.get('split')!;
  if (!kind.isPure) throw new Error('split is pure');
  const outcome = kind.run(data, contextOf(flow, { ...session, nodeId: 'split' }, new Date(0)));
  if (outcome.kind !== 'next') throw new Error(outcome.kind);
  return outcome.port;
}
