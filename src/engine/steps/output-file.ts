import { isUtf8 } from "node:buffer";
import { constants, lstatSync } from "node:fs";
import { open, rm } from "node:fs/promises";
import { MAX_OUTPUT_BYTES, storageFault } from "../../lib/output-fault";
import { JsonFault, parseJson } from "../../lib/parse-json";

/**
 * Reads and removes the JSON that a step wrote as its output; null where it wrote none. Gives a reason for people where
 * it is too large or no JSON that can be stored.
 */
export async function takeOutputFile(path: string): Promise<{ output: unknown } | { refusal: string }> {
  // Most steps write no output, and this check is faster than opening a file.
  if (!lstatSync(path, { throwIfNoEntry: false })) return { output: null };
  // Does not follow a link, and does not block on a pipe.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const opened = await open(path, flags).catch((error: NodeJS.ErrnoException) => error);
  if (opened instanceof Error) {
    await rm(path, { force: true }).catch(() => {});
    return { refusal: notAFile(opened.code === "ELOOP" ? "is a link" : `cannot be read (${opened.code})`) };
  }
  const file = opened;
  try {
    const facts = await file.stat();
    if (!facts.isFile()) {
      return { refusal: notAFile(facts.isDirectory() ? "is a folder" : "is no regular file any more") };
    }
    // Its other name may be that of a file which only the server may read.
    if (facts.nlink > 1) return { refusal: notAFile("is another name of a file") };
    const bytes = Buffer.allocUnsafe(MAX_OUTPUT_BYTES + 1);
    let size = 0;
    for (let read = 1; read > 0 && size < bytes.byteLength; size += read) {
      read = (await file.read(bytes, size, bytes.byteLength - size)).bytesRead;
    }
    if (size > MAX_OUTPUT_BYTES) return { refusal: "The output in $PHASEBOARD_OUTPUT is larger than 1 MiB" };
    const given = bytes.subarray(0, size);
    if (!isUtf8(given))
      return { refusal: "The output in $PHASEBOARD_OUTPUT is not UTF-8, which JSON has to be" };
    return parseOutput(given.toString("utf8"));
  } finally {
    await file.close();
    // A folder goes with the attempt's own.
    await rm(path, { force: true }).catch(() => {});
  }
}

const EXAMPLE = `for example: echo '{"version":"1.2"}' > "$PHASEBOARD_OUTPUT"`;

const notAFile = (what: string) => `$PHASEBOARD_OUTPUT ${what}; write JSON into the file itself, ${EXAMPLE}`;

function parseOutput(given: string): { output: unknown } | { refusal: string } {
  // Programs on Windows write a byte order mark first.
  const text = given.replace(/^\uFEFF/, "");
  if (text.trim() === "") return { output: null };
  let output: unknown;
  try {
    output = parseJson(text);
  } catch (error) {
    if (error instanceof JsonFault) return { refusal: `The output in $PHASEBOARD_OUTPUT ${error.message}` };
    const [, name] = /^\s*([A-Za-z_][\w.-]*)=/.exec(text) ?? [];
    if (name !== undefined) {
      return {
        refusal: `The output in $PHASEBOARD_OUTPUT is lines of name=value; write one JSON value, ${EXAMPLE}`,
      };
    }
    const why = error instanceof Error ? error.message : "it cannot be read";
    return {
      refusal: `The output in $PHASEBOARD_OUTPUT is not valid JSON: ${why}. Write one value, ${EXAMPLE}`,
    };
  }
  const fault = storageFault(output);
  return fault ? { refusal: `The output in $PHASEBOARD_OUTPUT ${fault}` } : { output };
}
