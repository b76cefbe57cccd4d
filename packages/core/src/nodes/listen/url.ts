import { question } from './question.ts';
import { readUrl } from './read/url.ts';

export const url = question({
  kind: 'url',
  summary: 'Asks for a web address.',
  data: {},
  type: 'text',
  read: ({ text }) => readUrl(text),
});
