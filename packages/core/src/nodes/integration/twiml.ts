import { escapeMarkup } from './markup.ts';

/** A document of TwiML, Twilio's XML for calls, that reads a text out and hangs up. */
export function sayResponse(text: string, attributes: { language: string; voice?: string }): string {
  const written = Object.entries(attributes).map(([name, value]) => ` ${name}="${escapeMarkup(value)}"`);
  return `<?xml version="1.0" encoding="UTF-8"?><Response><Say${written.join('')}>${escapeMarkup(text)}</Say></Response>`;
}
