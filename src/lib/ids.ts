import { init } from "@paralleldrive/cuid2";
import { z } from "zod";

/** A new cuid2, 24 characters, the id of every row. */
export const newId = init({ length: 24 });

/** What an id looks like where it crosses a boundary; anything else is refused before it reaches the database. */
export const Id = z.string().regex(/^[a-z][a-z0-9]{7,31}$/, "is not an id");
