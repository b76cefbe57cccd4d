/** A telephone number as ITU-T E.164 writes it: up to fifteen digits, with the country's code. */
export const E164 = /^\+[1-9]\d{6,14}$/;
