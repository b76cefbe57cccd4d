import { z } from 'zod';
import { E164 } from '../e164.ts';

/** A number of the author's own, as E.164. */
export const ownNumber = () => z.string().regex(E164, 'a number is written as E.164: +4930123456');

/** A number, or a name that is shown in its place (GSM 03.40: eleven letters and digits, not digits alone). */
export const senderName = () =>
  z
    .string()
    .regex(
      /^(?:\+[1-9]\d{6,14}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11})$/,
      'a sender is a number, +4930123456, or a name of up to eleven letters and digits',
    );
