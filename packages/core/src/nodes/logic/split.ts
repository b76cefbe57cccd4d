import { z } from 'zod';
import { definePure, next } from '../node.ts';
import { portName } from '../port.ts';

export const split = definePure({
  type: 'logic',
  kind: 'split',
  summary: 'Sends shares of the sessions different ways; one session always goes the same way.',
  data: z.strictObject({
    ways: z
      .array(z.strictObject({ port: portName(), weight: z.number().positive().max(1_000_000).default(1) }))
      .min(1)
      .max(50),
  }),
  ways: 'the `port` of each of `ways`',
  ports: ({ ways }) => [...new Set(ways.map(({ port }) => port))],
  run({ ways }, { sessionId, nodeId }) {
    let left = unit(`${sessionId}/${nodeId}`) * ways.reduce((sum, { weight }) => sum + weight, 0);
    const taken = ways.find(({ weight }) => (left -= weight) < 0);
    return next({ port: (taken ?? ways.at(-1)!).port });
  },
});

/** A number from 0 to below 1 that depends on the text alone: FNV-1a, finished as MurmurHash3 does to spread the last bytes. */
function unit(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
