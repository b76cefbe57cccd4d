import { z } from 'zod';
import { PersonRules } from '../contact.ts';

/** By which channel somebody is written to first. */
export const MessageChannel = z.strictObject({
  kind: z.enum(['sms', 'whatsapp']),
  /** A number of the account's at Twilio, as E.164: +4930123456. */
  from: PersonRules.phone,
});
export type MessageChannel = z.output<typeof MessageChannel>;
