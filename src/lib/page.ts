import { z } from "zod";
import { AppError } from "./errors";

/** Size of a page where the caller says none. */
const DEFAULT_LIMIT = 50;

/** What every list takes. */
export const PageInput = z.object({
  cursor: z.string().max(200).describe("The `next_cursor` of the page before.").optional(),
  limit: z.coerce.number().int().min(1).max(200).default(DEFAULT_LIMIT).describe("Rows of a page at most."),
});

/** What every list gives: `next_cursor` is null on the last page. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next_cursor: z.string().nullable() });

/** A place in a list that is ordered by time and id. */
export interface Position {
  created_at: string;
  id: string;
}

export function encodeCursor(position: Position): string {
  return Buffer.from(`${position.created_at}|${position.id}`).toString("base64url");
}

/** Throws BAD_REQUEST where the cursor is none of ours. */
export function decodeCursor(cursor: string): Position {
  const [created_at = "", id = ""] = Buffer.from(cursor, "base64url").toString().split("|");
  if (!/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(created_at) || !/^[a-z0-9]+$/.test(id)) {
    throw new AppError("BAD_REQUEST", "The cursor is not one that a list gave. Start from the first page.", [
      { path: "cursor", message: "is not a cursor" },
    ]);
  }
  return { created_at, id };
}
