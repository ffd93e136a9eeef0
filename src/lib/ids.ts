import { customAlphabet } from "nanoid";
import { z } from "zod";

const LETTERS = "abcdefghijklmnopqrstuvwxyz";
const first = customAlphabet(LETTERS, 1);
const rest = customAlphabet(`${LETTERS}0123456789`, 23);

/**
 * A new cuid2: a letter and 23 random characters, the id of every row. Uses 120 bits of the system's random source; the
 * cuid2 library takes half a millisecond per id.
 */
export const newId = (): string => first() + rest();

/** The format of ids. Anything else is refused before it reaches the database. */
export const Id = z.string().regex(/^[a-z][a-z0-9]{7,31}$/, "is not an id");
