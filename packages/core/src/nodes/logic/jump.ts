import { z } from 'zod';
import { definePure } from '../node.ts';

const Data = z.strictObject({ to: z.string().min(1), comesBack: z.boolean().default(false) });
export type JumpData = z.output<typeof Data>;

export const jump = definePure({
  type: 'logic',
  kind: 'jump',
  summary: 'Goes on at another node; with comesBack, a return leads back to its own `out`.',
  data: Data,
  ways: 'none; `out` with `comesBack`',
  ports: ({ comesBack }) => (comesBack ? ['out'] : []),
  targets: ({ to }) => [to],
  run: ({ to, comesBack }) => ({ kind: 'jump', to, comesBack }),
});
