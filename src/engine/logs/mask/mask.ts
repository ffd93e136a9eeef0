import { ByteAutomaton } from "./byte-automaton";
import { MaskStream } from "./mask-stream";
import { secretForms } from "./secret-forms";

/** Replaces secrets by `***` in whatever is kept of a step. */
export interface Mask {
  text(text: string): string;
  /** Every text, key and number of a JSON value. */
  value(value: unknown): unknown;
  /** For one stream of bytes, whose secrets may come in pieces. */
  stream(): ByteMask;
}

export interface ByteMask {
  /** What can be shown by now; the beginning of what may be a secret is held back. */
  push(bytes: Buffer): Buffer;
  /** What was held back. */
  end(): Buffer;
}

const NOTHING = Buffer.alloc(0);

/** Where there are no secrets. */
export const NO_MASK: Mask = {
  text: (text) => text,
  value: (value) => value,
  stream: () => ({ push: (bytes) => bytes, end: () => NOTHING }),
};

/** A mask for these secrets in each of their forms; linear in what it reads, however many there are. */
export function createMask(secrets: Iterable<string>): Mask {
  const forms = [...secrets].flatMap(secretForms);
  if (forms.length === 0) return NO_MASK;
  const automaton = new ByteAutomaton(forms);
  const text = (given: string) => {
    const stream = new MaskStream(automaton);
    const masked = Buffer.concat([stream.push(Buffer.from(given)), stream.end()]);
    return stream.found ? masked.toString("utf8") : given;
  };
  const value = (given: unknown): unknown => {
    if (typeof given === "string") return text(given);
    if (typeof given === "number") {
      const shown = String(given);
      return text(shown) === shown ? given : text(shown);
    }
    if (Array.isArray(given)) return given.map(value);
    if (typeof given !== "object" || given === null) return given;
    return Object.fromEntries(Object.entries(given).map(([key, inner]) => [text(key), value(inner)]));
  };
  return { text, value, stream: () => new MaskStream(automaton) };
}
