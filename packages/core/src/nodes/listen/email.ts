import { question } from './question.ts';
import { readEmail } from './read/email.ts';

export const email = question({
  kind: 'email',
  summary: 'Asks for an e-mail address.',
  data: {},
  type: 'text',
  read: ({ text }) => readEmail(text),
});
