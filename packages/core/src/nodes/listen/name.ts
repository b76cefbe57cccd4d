import { question } from './question.ts';
import { readName } from './read/name.ts';

export const name = question({
  kind: 'text',
  called: 'name',
  summary: 'Asks for a name; of “My name is Ada” it keeps Ada.',
  data: {},
  type: 'text',
  read: ({ text }) => readName(text),
});
