import { z } from 'zod';
import { question } from './question.ts';
import { readFile } from './read/file.ts';

export const file = question({
  kind: 'file',
  summary: 'Asks for a file: uploaded, or as an address.',
  data: {
    /** MIME types, `image/*` for all of a kind. */
    accept: z
      .array(z.string().regex(/^[\w.+-]+\/([\w.+-]+|\*)$/))
      .max(30)
      .optional(),
    maxBytes: z.int().positive().max(100_000_000).optional(),
  },
  type: 'map',
  expects: ({ accept, maxBytes }) => ({
    ...(accept && { accept }),
    ...(maxBytes !== undefined && { maxBytes }),
  }),
  read({ text, file: given }, { accept, maxBytes }) {
    const reading = readFile(given ?? text, { types: accept, maxBytes });
    return reading.ok ? { ok: true, value: { ...reading.value } } : reading;
  },
});
