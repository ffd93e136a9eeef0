/** Numbers of JSON are doubles, which hold whole numbers up to 2^53 - 1. Larger ones may change silently. */

const MAX = Number.MAX_SAFE_INTEGER;
/** From here on JavaScript writes whole numbers with an exponent, which no id has. */
const MAX_DIGITS = 1e21;

/** Why a number cannot be stored unchanged, as words that follow its name; null where it can. */
export function numberFault(value: number): string | null {
  if (!Number.isFinite(value)) return "is no number that JSON can hold; write it as text";
  if (!Number.isInteger(value) || Math.abs(value) <= MAX || Math.abs(value) >= MAX_DIGITS) return null;
  return `is a whole number past ${MAX} (2^53 - 1), whose digits would change; write it as text, "${BigInt(value)}"`;
}

/** `numberFault` for a number as it was written. */
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

/** The whole number of a numeral in any notation, such as `1.5e3`; null where it is no whole number. */
export function wholeOf(numeral: string): bigint | null {
  const decimal = decimalOf(numeral);
  if (!decimal || decimal.exponent < 0) return null;
  return BigInt(
    `${numeral.startsWith("-") ? "-" : ""}${decimal.digits || "0"}${"0".repeat(decimal.exponent)}`,
  );
}

/** Whether JavaScript writes the number with the same digits. Numbers this large are all whole. */
function keepsDigits(numeral: string, value: number): boolean {
  const written = Math.abs(value) >= MAX_DIGITS ? decimalOf(numeral) : null;
  const kept = written && decimalOf(String(value));
  return written?.digits === kept?.digits && written?.exponent === kept?.exponent;
}

/** The digits without outer zeros, and their power of ten; null where it is no decimal number. */
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
