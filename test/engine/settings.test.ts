import { problems } from '@crmflow/core';
import { describe, expect, it } from 'vitest';
import { graphOf, logic, problemsOf, start } from './kit.ts';

const withSettings = (settings: object) => ({
  settings,
  nodes: [start, logic('end', 'end')],
  edges: ['start -> end'],
});
const inEnglish =
  'days, months and numbers in words are read in English, and the built-in texts are English.';

describe('settings', () => {
  it.each([
    [
      { timeZone: 'Europe/Berlinn' },
      'error: settings.timeZone: There is no time zone Europe/Berlinn. Did you mean Europe/Berlin?',
    ],
    [
      { timeZone: '' },
      'error: settings.timeZone: There is no time zone "". Write one such as Europe/Berlin.',
    ],
    [{ language: 'de_DE' }, 'error: settings.language: de_DE is no language tag. Did you mean de-DE?'],
    [
      { language: 'xx-yy-zz-123456789' },
      'error: settings.language: xx-yy-zz-123456789 is no language tag. Write one such as en or pt-BR.',
    ],
    [
      { language: 'fr' },
      `warning: settings.language: fr is no language we read answers in (en, de): ${inEnglish}`,
    ],
    [
      { language: 'english' },
      `warning: settings.language: english is no language we read answers in (en, de): ${inEnglish} Did you mean en?`,
    ],
    [
      { language: 'deutsch' },
      `warning: settings.language: deutsch is no language we read answers in (en, de): ${inEnglish} Did you mean de?`,
    ],
    [
      { country: 'UK' },
      'warning: settings.country: There is no country UK, so phone numbers without a country code cannot be read. Did you mean GB?',
    ],
    [
      { country: 'XX' },
      'warning: settings.country: There is no country XX, so phone numbers without a country code cannot be read.',
    ],
    [
      { texts: { not_emial: 'Nope.' } },
      'warning: settings.texts.not_emial: There is no built-in text not_emial. Did you mean not_email?',
    ],
  ])('are checked: %o', (settings, problem) => {
    expect(problemsOf(withSettings(settings))).toEqual([problem]);
  });
  it.each([
    {
      timeZone: 'Europe/Berlin',
      language: 'de-AT',
      country: 'AT',
      texts: { not_email: 'Nein.', help_restart: 'Hilfe.' },
    },
    { timeZone: 'utc', language: 'en', country: 'GB' },
    { timeZone: 'America/Argentina/Buenos_Aires', language: 'EN-gb', country: 'XK' },
    {},
  ])('may be %o', (settings) => expect(problemsOf(withSettings(settings))).toEqual([]));

  it('of a called workflow are checked with it', () => {
    const caller = {
      nodes: [start, logic('call', 'subflow', { workflow: 'sub' }), logic('end', 'end')],
      edges: ['start -> call', 'call -> end'],
    };
    expect(problemsOf(caller, { sub: withSettings({ timeZone: 'Mars', language: 'fr' }) })).toEqual([
      'error: In the workflow sub it calls: settings.timeZone: There is no time zone Mars. Write one such as Europe/Berlin.',
    ]);
  });
  it('are named by their field', () => {
    expect(problems(graphOf(withSettings({ timeZone: 'Mars' })))).toMatchObject([
      { field: 'settings.timeZone' },
    ]);
  });
});
