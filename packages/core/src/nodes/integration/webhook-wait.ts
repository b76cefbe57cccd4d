import { z } from 'zod';
import { merged } from '../../language/variables.ts';
import { template, variableName } from '../data.ts';
import { defineEffect, next, type EffectContext, type Outcome } from '../node.ts';
import { afterSpan, span } from '../span.ts';

const Data = z.strictObject({
  /** The variable that holds the address. */
  urlAs: variableName(),
  /** Where the conversation goes first, to send the address to whoever is to call it; a return leads back here. */
  first: z.string().min(1).optional(),
  /** Said when the waiting begins. */
  say: template().optional(),
  /** How long is waited; then it goes by `timeout`. */
  within: span(),
  /** Keeps what was sent: `{ body, query }`. */
  saveAs: variableName().optional(),
});
type Data = z.output<typeof Data>;

export const webhookWait = defineEffect({
  type: 'integration',
  kind: 'webhook_wait',
  summary: 'Makes an address that may be called once, and waits until it is.',
  data: Data,
  ports: () => ['out', 'timeout'],
  waits: () => true,
  targets: ({ first }) => (first === undefined ? [] : [first]),
  sets: ({ urlAs, saveAs }) => [[urlAs, 'text'], ...(saveAs ? [[saveAs, 'map'] as const] : [])],
  locals: ({ urlAs }) => [[urlAs, 'text']],
  async run(data, ctx) {
    const before = beganIn(ctx);
    if (before) return standing(data, before, ctx);
    const { hook, url } = ctx.callback();
    const set = { [data.urlAs]: url };
    if (data.first !== undefined)
      return { kind: 'jump', to: data.first, comesBack: true, again: { hook, url }, set };
    return { ...standing(data, { hook, url }, ctx), set };
  },
  async resume({ saveAs }, wake) {
    if (wake.by !== 'webhook') return next({ port: 'timeout' });
    const { body, query } = wake;
    return next(saveAs === undefined ? {} : { set: { [saveAs]: { body, query } } });
  },
});

/** What is remembered while the address is sent. */
type Began = { hook: number; url: string };
const beganIn = ({ memory }: EffectContext) => memory as Began | undefined;

function standing({ say, within, urlAs }: Data, { hook, url }: Began, { scope }: EffectContext): Outcome {
  const text = say?.render({ ...scope, variables: merged(scope.variables, { [urlAs]: url }) });
  const until = afterSpan(within, scope).toISOString();
  return { kind: 'wait', wait: { for: 'webhook', hook, until }, ...(text && { say: [{ text }] }) };
}
