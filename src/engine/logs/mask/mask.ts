import { ByteAutomaton } from "./byte-automaton";
import { MaskStream } from "./mask-stream";
import { secretForms } from "./secret-forms";

/** Replaces secrets by `***` in all that is kept of a step. */
export interface Mask {
  text(text: string): string;
  /** Masks each text, key and number of a JSON value. */
  value(value: unknown): unknown;
  /** A mask for one stream of bytes, in which a secret may be split over several pieces. */
  stream(): ByteMask;
}

export interface ByteMask {
  /** The masked bytes that can be shown now. Bytes that may begin a secret are held back. */
  push(bytes: Buffer): Buffer;
  /** The rest, at the end of the stream. */
  end(): Buffer;
}

const NOTHING = Buffer.alloc(0);

/** Masks nothing: the project has no secrets. */
export const NO_MASK: Mask = {
  text: (text) => text,
  value: (value) => value,
  stream: () => ({ push: (bytes) => bytes, end: () => NOTHING }),
};

/** A mask for all forms of these secrets. Its time is linear in the text, however many secrets there are. */
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
