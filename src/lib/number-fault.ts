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
  const isKept = isDigits
    ? Math.abs(value) <= MAX
    : numberFault(value) === null && keepsDigits(numeral, value);
  if (isKept) return null;
  return `is a whole number past ${MAX} (2^53 - 1), whose digits would change; write it as text, "${numeral}"`;
}

/** The whole number that a numeral stands for in any notation, as in `1.5e3`; null where it is none. */
export function wholeOf(numeral: string): bigint | null {
  const decimal = decimalOf(numeral);
  if (!decimal || decimal.exponent < 0) return null;
  return BigInt(
    `${numeral.startsWith("-") ? "-" : ""}${decimal.digits || "0"}${"0".repeat(decimal.exponent)}`,
  );
}

/** Of numbers that large every one is whole: JavaScript writes them with the fewest digits that mean the same. */
function keepsDigits(numeral: string, value: number): boolean {
  const written = Math.abs(value) >= MAX_DIGITS ? decimalOf(numeral) : null;
  const kept = written && decimalOf(String(value));
  return written?.digits === kept?.digits && written?.exponent === kept?.exponent;
}

/** Digits without zeros around them, and the power of ten that they count; null where it is no decimal number. */
function decimalOf(numeral: string): { digits: string; exponent: number } | null {
  const match = /^[-+]?(\d*)\.?(\d*)(?:e([-+]?\d+))?$/i.exec(numeral);
  if (!match) return null;
  const [, whole = "", fraction = "", exponent = "0"] = match;
  const leading = `${whole}${fraction}`.replace(/^0+/, "");
  const digits = leading.slice(0, leading.length - trailingZeros(leading));
  if (digits === "") return { digits, exponent: 0 };
  return { digits, exponent: Number(exponent) - fraction.length + trailingZeros(leading) };
}

function trailingZeros(digits: string): number {
  let end = digits.length;
  while (end > 0 && digits[end - 1] === "0") end--;
  return digits.length - end;
}
