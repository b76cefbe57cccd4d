import { z } from 'zod';
import { CrmflowError } from '../errors.ts';
import { kindOf, defaultKind, nodeKinds } from '../nodes/index.ts';
import { handover, waysBack, type HandoverData, type Tell } from '../nodes/integration/handover.ts';
import { each } from '../nodes/logic/each.ts';
import { endNode, type EndData } from '../nodes/logic/end.ts';
import { jump, type JumpData } from '../nodes/logic/jump.ts';
import { set } from '../nodes/logic/set.ts';
import { subflow, type SubflowData } from '../nodes/logic/subflow.ts';
import { definePure, type NodeKind } from '../nodes/node.ts';
import type { NodeType } from '../nodes/types.ts';
import { didYouMean } from '../language/closest.ts';
import { hintIn, saidOf } from '../language/issue.ts';
import type { Node, Problem } from './workflow.ts';

/** A node made ready to run: its data compiled, its ways out looked up. */
export interface Step {
  readonly id: string;
  readonly label: string;
  readonly kind: NodeKind;
  readonly data: unknown;
  readonly ways: ReadonlyMap<string, string>;
  /** What anyone may see of it; one object for all sessions. */
  readonly view: {
    readonly id: string;
    readonly type: NodeType;
    readonly kind: string;
    readonly label: string;
  };
}
/** A node by itself: what it is, without its ways. */
export type SoundNode = Omit<Step, 'ways'>;

/** A node whose data is sound, or what is wrong with it. */
export function readNode(node: Node): { step: SoundNode } | { problems: Problem[] } {
  const at = { severity: 'error', nodeId: node.id } as const;
  const { kind: name = defaultKind[node.type], ...data } = node.data;
  const kind = typeof name === 'string' ? kindOf(node.type, name) : undefined;
  if (!kind) {
    const known = nodeKinds.filter(({ type }) => type === node.type).map((other) => other.kind);
    const message = `${node.id}: there is no ${node.type} node of the kind ${JSON.stringify(name)}.${didYouMean(String(name), known) || ` Known: ${known.join(', ')}.`}`;
    return { problems: [{ ...at, field: 'kind', message }] };
  }
  const parsed = kind.data.safeParse(data);
  if (parsed.success) {
    const { id, label } = node;
    const view = Object.freeze({ id, type: kind.type, kind: kind.kind, label });
    return { step: { id, label, kind, data: parsed.data, view } };
  }
  return {
    problems: parsed.error.issues.map((issue) => {
      const field = issue.path.join('.');
      return {
        ...at,
        ...(field && { field }),
        message: `${node.id}${field && `, ${field}`}: ${saidOf(issue)}${hintIn(issue, kind.data)}`,
      };
    }),
  };
}

/** In place of a node that an earlier release kept and this one does not read: it fails with what is wrong with it. */
export function unreadable({ id, label, type }: Node, [problem]: readonly Problem[]): SoundNode {
  const refuse = () => {
    throw new CrmflowError('workflow_invalid', `This release does not read the node. ${problem!.message}`);
  };
  const summary = 'A node that cannot be read.';
  const kind = definePure({ type, kind: 'unreadable', summary, data: z.null(), run: refuse });
  return { id, label, kind, data: null, view: Object.freeze({ id, type, kind: kind.kind, label }) };
}

/** The ways out a node has: its own, those for what may go wrong, and `error`. */
export const portsOf = ({ kind, data }: Pick<Step, 'kind' | 'data'>): readonly string[] => [
  ...(kind.ports?.(data) ?? ['out']),
  ...(kind.faults ?? []),
  'error',
];

/** Whether a way out is for what goes wrong: one may leave it to `error`, and that to the session. */
export const isFault = ({ kind }: Pick<Step, 'kind'>, port: string): boolean =>
  port === 'error' || kind.faults?.includes(port) === true;

/** The way that is taken for a port: that of `error` where one for what goes wrong is not wired. */
export const wayTaken = (step: Pick<Step, 'kind' | 'ways'>, port: string): string =>
  !step.ways.has(port) && isFault(step, port) ? 'error' : port;

export const isEach = ({ kind }: Pick<Step, 'kind'>): boolean => kind === each;

export const isSet = ({ kind }: Pick<Step, 'kind'>): boolean => kind === set;

/** What a step calls, if it calls another workflow. */
export const callIn = ({ kind, data }: Pick<Step, 'kind' | 'data'>): SubflowData | undefined =>
  kind === subflow ? (data as SubflowData) : undefined;

/** The label of the outcome that a step ends with, if it does. */
export const outcomeOf = ({ kind, data }: Pick<Step, 'kind' | 'data'>): string | undefined =>
  kind === endNode ? (data as EndData).outcome : undefined;

/** Where it is told that a step has handed a conversation over to a person, if it does and is. */
export const tellIn = ({ kind, data }: Pick<Step, 'kind' | 'data'>): Tell | undefined =>
  kind === handover ? (data as HandoverData).tell : undefined;

/** The number that a caller is put through to by a step, if it does so. */
export const dialIn = ({ kind, data }: Pick<Step, 'kind' | 'data'>): string | undefined =>
  kind === handover ? (data as HandoverData).dial : undefined;

/** The ways by which a person may give a conversation back that a step handed over. */
export const waysBackOf = ({ kind, data }: Pick<Step, 'kind' | 'data'>): readonly string[] =>
  kind === handover ? waysBack(data as HandoverData) : [];

/** Where a step jumps to and is come back from, if it does. */
export function asideOf({ kind, data }: Pick<Step, 'kind' | 'data'>): string | undefined {
  const { to, comesBack } = data as Partial<JumpData>;
  return kind === jump && comesBack ? to : undefined;
}

/** Whether a step stands still each time it is come to, or may do so. */
export const mayStand = ({ kind, data }: Pick<Step, 'kind' | 'data'>): boolean =>
  kind.waits?.(data) === true || kind.mayWait?.(data) === true;
