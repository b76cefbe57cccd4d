import { z } from 'zod';
import { localeOf, question } from './question.ts';
import { readRating } from './read/rating.ts';

export const rating = question({
  kind: 'rating',
  summary: 'Asks for a mark on a scale: 1 to 5 stars, 0 to 10.',
  data: { min: z.int().min(0).max(10).default(1), max: z.int().min(1).max(100).default(5) },
  type: 'number',
  problems: ({ min, max }) => (min >= max ? [{ field: 'max', message: 'it must be larger than min' }] : []),
  expects: ({ min, max }) => ({ min, max, step: 1 }),
  read: ({ text }, { min, max }, ctx) => readRating(text, { min, max }, localeOf(ctx)),
});
