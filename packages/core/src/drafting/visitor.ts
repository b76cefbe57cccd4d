import type { Json } from '../language/json.ts';
import type { Expects } from '../nodes/wait.ts';
import { numbersAround, textsAmong } from './literals.ts';

interface Asked {
  expects: Expects;
  now: Date;
  /** What the author of the draft says that people answer here. */
  samples: readonly Json[];
  /** What the answer is compared with. */
  hints: readonly (string | number)[];
  /** Questions that the workflow itself has answers to. */
  questions: readonly string[];
}

const MOST_ANSWERS = 30;

/** What a synthetic visitor says when he is asked something: answers that differ in what they lead to, usual ones first; then one that cannot be taken. */
export function answersTo(asked: Asked): string[] {
  const samples = asked.samples.flatMap((sample) =>
    typeof sample === 'string' || typeof sample === 'number' ? [String(sample)] : [],
  );
  const answers = [...new Set([...samples, ...usual(asked)])].filter(
    (answer) => answer.length <= MOST_LENGTH,
  );
  // Each choice may have a way of its own.
  const most = Math.max(MOST_ANSWERS, asked.expects.choices?.length ?? 0);
  return [...answers.slice(0, most), NONSENSE[asked.expects.kind] ?? '???'];
}
const MOST_LENGTH = 500;
/** A text has to be empty to be none. */
const NONSENSE: Partial<Record<Expects['kind'], string>> = { text: ' ' };

function usual({ expects, now, hints, questions }: Asked): string[] {
  const { kind, choices = [], multiple, min, max } = expects;
  switch (kind) {
    case 'choice':
      return multiple ? several(choices, min) : choices.map(({ label }) => label);
    case 'confirm':
      return choices.map(({ label }) => label);
    case 'number':
    case 'rating':
      return numbers(expects, hints).map(String);
    case 'date':
      return [
        ...days(now, textsAmong(hints)),
        ...[min, max].flatMap((bound) => bound ?? []).map(String),
      ].filter((day) => isWithin(day, min, max));
    case 'time':
      return [
        ...textsAmong(hints),
        '10:00',
        '15:30',
        '07:00',
        '21:00',
        ...[min, max].flatMap((bound) => bound ?? []).map(String),
      ].filter((time) => /^\d\d:\d\d$/.test(time) && isWithin(time, min, max));
    case 'text':
      return [...words(expects), ...textsAmong(hints), ...questions.slice(0, 3)];
    default:
      return SAMPLES[kind];
  }
}

const SAMPLES = {
  email: ['ada@example.com'],
  phone: ['+44 20 7946 0123'],
  url: ['https://example.com'],
  file: ['https://example.com/plan.pdf', 'https://example.com/photo.jpg'],
};

function several(choices: NonNullable<Expects['choices']>, min: Expects['min']): string[] {
  const least = Math.max(1, Number(min ?? 0));
  const labels = choices.map(({ label }) => label);
  return [
    ...labels.map((_, at) => [...labels.slice(at), ...labels].slice(0, least).join(', ')),
    labels.join(', '),
  ];
}

function numbers({ min, max, step = 1 }: Expects, hints: readonly Json[]): number[] {
  const [least, most] = [Number(min ?? -Infinity), Number(max ?? Infinity)];
  const bounds = [least, most].filter(Number.isFinite);
  const from = Number.isFinite(least) ? least : 0;
  return [...numbersAround(hints), from + step, ...bounds, (from + (Number.isFinite(most) ? most : 20)) / 2]
    .map((number) => from + Math.round((number - from) / step) * step)
    .filter((number) => number >= least && number <= most);
}

const DAY_MS = 86_400_000;
const days = (now: Date, hints: readonly string[]): string[] => [
  ...hints.filter((hint) => /^\d{4}-\d\d-\d\d$/.test(hint)),
  ...[1, 5, 8, 45, 400, -400, 0].map((ahead) =>
    new Date(now.getTime() + ahead * DAY_MS).toISOString().slice(0, 10),
  ),
];

const isWithin = (text: string, min: Expects['min'], max: Expects['max']) =>
  (min === undefined || text >= String(min)) && (max === undefined || text <= String(max));

function words({ minLength = 0, maxLength = Infinity }: Expects): string[] {
  const long = 'I would like to know more about it, please. '.repeat(Math.ceil(minLength / 40) || 1).trim();
  return ['Ada Lovelace', long, 'AB-10024', '10115'].filter(
    ({ length }) => length >= minLength && length <= maxLength,
  );
}
