import { z } from 'zod';
import { lazily, question } from './question.ts';

const library = lazily(() => import('./read/phone.ts'));

export const phone = question({
  kind: 'phone',
  summary: 'Asks for a telephone number and keeps it as E.164: +4930123456.',
  data: {
    /** ISO 3166, for numbers without a prefix; the settings’ country when absent. */
    country: z
      .string()
      .regex(/^[A-Z]{2}$/)
      .optional(),
  },
  type: 'text',
  problems: ({ country }) => (country === undefined ? [] : countryProblems(country)),
  load: library.load,
  read: ({ text }, data, ctx) => library.get().readPhone(text, { country: data.country ?? ctx.country }),
});

function countryProblems(country: string) {
  const regions = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
  // `UK` is another name of GB.
  const { region } = new Intl.Locale('und', { region: country });
  if (region === country && regions.of(country) !== undefined) return [];
  const hint = region === country ? 'one such as DE' : region;
  return [{ field: 'country', message: `there is no country ${country}; write ${hint}` }];
}
