import { one, past, type Around, type Data, type Made } from './made.ts';
import { fieldOf, listIn, numberIn, textIn } from './shape.ts';
import { liquid } from './texts.ts';

/** What every question has: what it says first, where its answer is kept, what it says to one it cannot take. */
export function question(around: Around): Data {
  const { block, variables, prompt } = around;
  const retry = textIn(block.options, 'retryMessageContent');
  const saveAs = variables.set(textIn(block.options, 'variableId'));
  return {
    ...(prompt !== '' && { prompt }),
    ...(saveAs !== undefined && { saveAs }),
    ...(retry !== undefined && { retry: liquid(retry, around) }),
  };
}

/** A question whose answer is typed or uploaded. */
export function input(around: Around, kind: string, more: Data = {}): Made {
  const data = { kind, ...question(around), ...more };
  return one({ name: kind === 'text' ? 'ask' : kind, type: 'listen', data });
}

/** Words; recordings and files beside them are not taken. */
export function textInput(around: Around): Made {
  const { options } = around.block;
  for (const [key, what] of [
    ['attachments', 'files beside its words'],
    ['audioClip', 'recordings'],
  ] as const)
    if (fieldOf(options[key], 'isEnabled') === true)
      around.note(`takes ${what} in Typebot, here words alone.`);
  return input(around, 'text');
}

/** A number, with its bounds. */
export function numberInput(around: Around): Made {
  const { options } = around.block;
  const bounds = ['min', 'max', 'step'].flatMap((key): [string, number][] => {
    const value = numberIn(options, key);
    if (value === undefined && textIn(options, key) !== undefined)
      around.note(`its ${key} is a variable, which a question here cannot have; it has none.`);
    return value === undefined || (key === 'step' && value <= 0) ? [] : [[key, value]];
  });
  return input(around, 'number', Object.fromEntries(bounds));
}

/** A telephone number. */
export function phoneInput(around: Around): Made {
  const country = textIn(around.block.options, 'defaultCountryCode');
  return input(around, 'phone', country !== undefined && /^[A-Z]{2}$/.test(country) ? { country } : {});
}

/** A day. */
export function dateInput(around: Around): Made {
  const { block, note } = around;
  const { options } = block;
  if (options.isRange === true) note('asks for two dates in Typebot, here for one. Add a second question.');
  if (options.hasTime === true)
    note('asks for a time too in Typebot, here for the day. Add a question for the time.');
  const bounds = ['min', 'max'].flatMap((key): [string, string][] => {
    const value = textIn(options, key);
    const day = /^\d{4}-\d\d-\d\d/.exec(value ?? '')?.[0];
    if (value !== undefined && day === undefined) note(`its ${key} is no plain day and is left out.`);
    return day === undefined ? [] : [[key, day]];
  });
  return input(around, 'date', Object.fromEntries(bounds));
}

/** A scale: in Typebot from 1 to 10, where nothing is said. */
export function ratingInput(around: Around): Made {
  const { block, note, prompt } = around;
  const { options } = block;
  const [min, max] = [numberIn(options, 'startsAt') ?? 1, numberIn(options, 'length') ?? 10];
  const isScale = [min, max].every(Number.isInteger) && min >= 0 && min <= 10 && max > min && max <= 100;
  if (!isScale) note(`its scale from ${min} to ${max} cannot be had here; it goes from 1 to 10.`);
  const [from, to] = isScale ? [min, max] : [1, 10];
  const ends = [
    [from, textIn(options.labels, 'left')],
    [to, textIn(options.labels, 'right')],
  ].flatMap(([mark, label]) => (label === undefined ? [] : [`${mark}: ${label}`]));
  const asked = [prompt, liquid(ends.join(', '), around)].filter(Boolean).join('\n');
  return input(around, 'rating', { ...(asked !== '' && { prompt: asked }), min: from, max: to });
}

const MEGABYTE = 1_000_000;

/** A file. */
export function fileInput(around: Around): Made {
  const { block, note } = around;
  const { options } = block;
  if (options.isMultipleAllowed === true) note('takes several files in Typebot, here one.');
  const mayBeSkipped = options.isRequired === false;
  if (mayBeSkipped) note('may be skipped: with an answer that is no file the flow goes on without one.');
  const wanted =
    fieldOf(options.allowedFileTypes, 'isEnabled') === true ? listIn(options.allowedFileTypes, 'types') : [];
  const accept = wanted.filter((type) => typeof type === 'string' && /^[\w.+-]+\/([\w.+-]+|\*)$/.test(type));
  if (accept.length < wanted.length)
    note('of its file types those are left out that are no MIME types, as image/png is.');
  const limit = numberIn(options, 'sizeLimit');
  const data: Data = {
    ...(accept.length && { accept: accept.slice(0, 30) as string[] }),
    ...(limit !== undefined && limit > 0 && { maxBytes: Math.min(100, Math.ceil(limit)) * MEGABYTE }),
  };
  if (!mayBeSkipped) return input(around, 'file', data);
  const asked = { kind: 'file', ...question(around), ...data, maxAttempts: 1 };
  return one({ name: 'file', type: 'listen', data: asked, ways: [{ port: 'invalid', edgeId: undefined }] });
}

/** A payment: its text stays, for nothing is charged here. */
export function payment({ block, note }: Around): Made {
  const provider = textIn(block.options, 'provider') ?? 'Stripe';
  return past(note, `takes a payment by ${provider}, which has no counterpart`);
}
