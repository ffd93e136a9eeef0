import { sql } from "drizzle-orm";
import { boolean, index, integer, pgTable, text } from "drizzle-orm/pg-core";
import { createdAt, id, instant } from "./columns";

/**
 * Files that are to go. A file is written down here before its first byte and crossed out in the transaction
 * that makes its row, so whatever is cut off leaves no file without a row; a deletion writes down what has to
 * go after its commit. No foreign keys: it outlives the rows that it cleans up after.
 */
export const storageDeletions = pgTable(
  "storage_deletions",
  {
    id: id(),
    project_id: text("project_id").notNull(),
    /** The project's absolute folder then. */
    project_path: text("project_path").notNull(),
    key: text("key").notNull(),
    /** The folder itself is to go too, where the key is that of the whole project. */
    made_by_us: boolean("made_by_us").notNull().default(false),
    /** All below the key, not the one file. */
    is_prefix: boolean("is_prefix").notNull().default(false),
    /** Swept once this has passed, */
    due_at: instant("due_at").notNull().default(sql`now()`),
    /** or once this process, which writes the file, is gone: its machine, its id, and when it began. */
    host: text("host"),
    pid: integer("pid"),
    process_started: text("process_started"),
    created_at: createdAt(),
  },
  (t) => [index("storage_deletions_due_at_idx").on(t.due_at)],
);
