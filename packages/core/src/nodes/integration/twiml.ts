import { escapeMarkup } from './markup.ts';

/** In which language and with which voice, as Twilio names it, something is read out. */
interface Voice {
  /** BCP 47: `de`, `de-DE`. */
  language: string;
  voice?: string | undefined;
}

/** A document of TwiML, Twilio's XML for calls and messages. */
export const response = (parts: readonly string[]): string =>
  `<?xml version="1.0" encoding="UTF-8"?><Response>${parts.join('')}</Response>`;

/** A text that is read out. */
export function say(text: string, { language, voice }: Voice): string {
  const attributes = attributesOf({
    language: spokenLanguage(language),
    ...(voice !== undefined && { voice }),
  });
  return `<Say${attributes}>${escapeMarkup(text)}</Say>`;
}

export const attributesOf = (attributes: Record<string, string>): string =>
  Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${escapeMarkup(value)}"`)
    .join('');

/** `de` as `de-DE`: voices speak the language of a place. */
export function spokenLanguage(tag: string): string {
  const { language, region } = new Intl.Locale(tag).maximize();
  return `${language}-${region}`;
}
