/** What visitors say, by turns. */
export const scripts = [
  {
    workflowId: 'lead-qualification',
    answers: [
      'Ada Lovelace',
      'not an address',
      'ada@example.com',
      '1',
      '25,000',
      'within a month',
      '+1 212 555 0123',
      '31 February',
      'tomorrow',
    ],
  },
  {
    workflowId: 'support-triage',
    answers: [
      'How do I reset my password?',
      'yes',
      'yes',
      'Do you sell bicycles?',
      'I cannot work',
      'The wheels fell off today.',
      'bob@example.com',
    ],
  },
  { workflowId: 'feedback', answers: ['10', 'The colours', 'no'] },
];
