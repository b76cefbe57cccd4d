/** A number as it is shown: of binary arithmetic's 17 digits the 15 that are true, so that 0.1 + 0.2 is 0.3. */
export const trueDigits = (value: number): number =>
  Number.isInteger(value) ? value : Number(value.toPrecision(15));
