/** Characters of a line that are compared. */
const COMPARED_LENGTH = 2_000;

const MASK = "¤";

/** What differs from one run to the next though nothing else does. Each is linear in the length of the line. */
const CHANGING: readonly RegExp[] = [
  // 2026-01-31T09:00:00.000Z, 2026-01-31 09:00:00,000 +0100, 31/Jan/2026:09:00:00
  /\d{4}[-/.]\d{2}[-/.]\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?(?:[.,]\d{1,9})?(?: ?(?:Z\b|UTC\b|GMT\b|[+-]\d{2}:?\d{2}\b))?)?/g,
  /\b\d{1,2}[/ -](?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[/ -]\d{4}\b/g,
  // 09:00:00.000, 1:02:03
  /\b\d{1,2}:\d{2}:\d{2}(?:[.,]\d{1,9})?\b/g,
  // Seconds and milliseconds since 1970
  /\b1[5-9]\d{8}(?:\d{3})?(?:\.\d{1,9})?\b/g,
  // 12 ms, 1.2s, 3m 20s, 2 minutes
  /\b\d{1,12}(?:[.,]\d{1,9})? ?(?:ns|µs|us|ms|s|secs?|seconds?|m|mins?|minutes?|h|hours?)\b/g,
  // Ids in the form of UUIDs, and such as of this product: a letter and 23 others
  /\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b/g,
  /\b(?=[a-z0-9]{0,23}\d)[a-z][a-z0-9]{23}\b/g,
  // Hex: with its sign, or so long that it is a digest, with a digit so that no word is one
  /\b0x[0-9a-fA-F]{1,64}\b/g,
  /\b(?=[a-f]{0,63}\d)(?=\d{0,63}[a-f])[0-9a-f]{7,128}\b/g,
  // Names that mktemp and its like make up
  /(?<=\/tmp\/[\w.-]{0,40}[-._])\w{6,12}\b/g,
];

/** A line without colours, with a mask in place of all that changes from run to run: times, durations, ids, hex. */
export function maskLine(plain: string): string {
  let masked = plain.slice(0, COMPARED_LENGTH);
  if (!/\d/.test(masked)) return masked.trimEnd();
  for (const changing of CHANGING) masked = masked.replace(changing, MASK);
  // Columns that are filled up to a width move with the length of what is in them.
  return masked.replace(/ {2,}/g, "  ").trimEnd();
}
