/** JSON's numbers are read as doubles, which hold whole numbers up to 2^53 - 1: what is past that would be another. */

const MAX = Number.MAX_SAFE_INTEGER;
/** From here on JavaScript itself writes a whole number with an exponent, as nobody writes an id. */
const MAX_DIGITS = 1e21;

/** Why a number cannot be kept as it is, in words that follow its name; null where it can. */
export function numberFault(value: number): string | null {
  if (!Number.isFinite(value)) return "is no number that JSON can hold; write it as text";
  if (!Number.isInteger(value) || Math.abs(value) <= MAX || Math.abs(value) >= MAX_DIGITS) return null;
  return `is a whole number past ${MAX} (2^53 - 1), whose digits would change; write it as text, "${BigInt(value)}"`;
}

/** The same of a number as it was written. */
export function numeralFault(numeral: string): string | null {
  const value = Number(numeral);
  if (!Number.isFinite(value)) return "is larger than any number that is kept; write it as text";
  const isDigits = /^[-+]?\d+$/.test(numeral);
  if (isDigits ? Math.abs(value) <= MAX : numberFault(value) === null) return null;
  return `is a whole number past ${MAX} (2^53 - 1), whose digits would change; write it as text, "${numeral}"`;
}
