import { customAlphabet } from "nanoid";
import { z } from "zod";

const LETTERS = "abcdefghijklmnopqrstuvwxyz";
const first = customAlphabet(LETTERS, 1);
const rest = customAlphabet(`${LETTERS}0123456789`, 23);

/**
 * A new cuid2 of 24 characters, the id of every row: a letter and then what is as good as chance. It takes its
 * 120 bits from the system's source of them; what cuid2's own library hashes together costs half a millisecond.
 */
export const newId = (): string => first() + rest();

/** What an id looks like where it crosses a boundary; anything else is refused before it reaches the database. */
export const Id = z.string().regex(/^[a-z][a-z0-9]{7,31}$/, "is not an id");
