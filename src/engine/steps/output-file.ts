import { constants } from "node:fs";
import { open } from "node:fs/promises";

export const MAX_OUTPUT_BYTES = 1024 * 1024;
const MAX_DEPTH = 200;

/**
 * The JSON that a step wrote as its output; null where it wrote none. A reason for people where it is too
 * large or no JSON that can be kept.
 */
export async function readOutputFile(path: string): Promise<{ output: unknown } | { refusal: string }> {
  // A link or a pipe in its place is neither followed nor waited for.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(path, flags).catch(() => null);
  if (!file) return { output: null };
  try {
    const facts = await file.stat();
    if (!facts.isFile()) return { refusal: "$PHASEBOARD_OUTPUT is no regular file any more" };
    const bytes = Buffer.alloc(MAX_OUTPUT_BYTES + 1);
    let size = 0;
    for (let read = 1; read > 0 && size < bytes.byteLength; size += read) {
      read = (await file.read(bytes, size, bytes.byteLength - size)).bytesRead;
    }
    if (size > MAX_OUTPUT_BYTES) return { refusal: "The output in $PHASEBOARD_OUTPUT is larger than 1 MiB" };
    return parseOutput(bytes.toString("utf8", 0, size));
  } finally {
    await file.close();
  }
}

function parseOutput(text: string): { output: unknown } | { refusal: string } {
  if (text.trim() === "") return { output: null };
  let output: unknown;
  try {
    output = JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : "it cannot be read";
    return { refusal: `The output in $PHASEBOARD_OUTPUT is not valid JSON: ${why}` };
  }
  const fault = faultOf(output, 0);
  return fault ? { refusal: `The output in $PHASEBOARD_OUTPUT ${fault}` } : { output };
}

/** Postgres keeps neither U+0000 nor half a surrogate pair in a text. */
function faultOf(value: unknown, depth: number): string | null {
  if (typeof value === "string") {
    return /[\0\p{Surrogate}]/u.test(value)
      ? "holds a character that is no text (U+0000 or half a pair)"
      : null;
  }
  if (typeof value !== "object" || value === null) return null;
  if (depth >= MAX_DEPTH) return `is nested deeper than ${MAX_DEPTH} levels`;
  for (const [key, inner] of Object.entries(value)) {
    const fault = faultOf(key, depth) ?? faultOf(inner, depth + 1);
    if (fault) return fault;
  }
  return null;
}
