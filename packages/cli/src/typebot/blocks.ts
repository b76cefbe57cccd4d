import { embedBubble, mediaBubble, textBubble } from './bubbles.ts';
import { choiceInput } from './choices.ts';
import { httpRequest } from './http.ts';
import {
  dateInput,
  fileInput,
  input,
  numberInput,
  payment,
  phoneInput,
  ratingInput,
  textInput,
} from './inputs.ts';
import { abTest, condition, goBack, jump, link, redirect, wait } from './logic.ts';
import { past, type Around, type Made } from './made.ts';
import { model, MODELS } from './models.ts';
import { chatwoot, email, script, webhookListen } from './services.ts';
import { setVariable } from './values.ts';

/** What each type of block of Typebot becomes. */
const MAKERS: ReadonlyMap<string, (around: Around) => Made> = new Map([
  ['text', textBubble],
  ['image', (around: Around) => mediaBubble(around, 'image')],
  ['video', (around: Around) => mediaBubble(around, 'video')],
  ['audio', (around: Around) => mediaBubble(around, 'audio')],
  ['embed', embedBubble],

  ['text input', textInput],
  ['number input', numberInput],
  ['email input', (around: Around) => input(around, 'email')],
  ['url input', (around: Around) => input(around, 'url')],
  ['phone number input', phoneInput],
  ['date input', dateInput],
  ['time input', (around: Around) => input(around, 'time')],
  ['rating input', ratingInput],
  ['file input', fileInput],
  ['choice input', choiceInput],
  ['picture choice input', choiceInput],
  ['cards input', choiceInput],
  ['payment input', payment],

  ['Condition', condition],
  ['Set variable', setVariable],
  ['Redirect', redirect],
  ['Wait', wait],
  ['AB test', abTest],
  ['Jump', jump],
  ['Return', goBack],
  ['Typebot link', link],
  ['Code', script],
  ['webhook', webhookListen],

  ['Webhook', httpRequest],
  ['Zapier', httpRequest],
  ['Make.com', httpRequest],
  ['Pabbly', httpRequest],
  ['Email', email],
  ['Chatwoot', chatwoot],
]);

/** Makes what stands for a block; what has no counterpart is said in a note. */
export function make(around: Around): Made {
  const { type } = around.block;
  const maker = MAKERS.get(type) ?? (MODELS.has(type) ? model : undefined);
  return maker ? maker(around) : past(around.note);
}

/** How the editor of Typebot calls a block, where that is not its type. */
export const wordFor = (type: string): string => WORDS.get(type) ?? type;
const WORDS: ReadonlyMap<string, string> = new Map([
  ['choice input', 'buttons'],
  ['Webhook', 'HTTP request'],
  ['Code', 'script'],
]);

/** Whether a block waits for an answer of the visitor. */
export const isInput = (type: string): boolean => type.endsWith(' input') && MAKERS.has(type);
