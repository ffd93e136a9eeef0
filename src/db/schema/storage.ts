import { sql } from "drizzle-orm";
import { boolean, index, integer, pgTable, text } from "drizzle-orm/pg-core";
import { createdAt, folder, id, instant } from "./columns";

/**
 * Files to delete. A file is noted here before its first byte, and the note removed in the transaction that makes its
 * row. A deletion of rows notes their files. No foreign keys: notes outlive the rows.
 */
export const storageDeletions = pgTable(
  "storage_deletions",
  {
    id: id(),
    project_id: text("project_id").notNull(),
    /** The project's folder at that time. */
    project_path: folder("project_path").notNull(),
    key: text("key").notNull(),
    /** True where the project's folder is deleted too; only with the key of the whole project. */
    made_by_us: boolean("made_by_us").notNull().default(false),
    /** True: all files below the key; false: the file itself. */
    is_prefix: boolean("is_prefix").notNull().default(false),
    /** The file is deleted after this time, */
    due_at: instant("due_at").notNull().default(sql`now()`),
    /** or once the process that writes it is gone: its machine, process id and start time. */
    host: text("host"),
    pid: integer("pid"),
    process_started: text("process_started"),
    created_at: createdAt(),
  },
  (t) => [index("storage_deletions_due_at_idx").on(t.due_at)],
);
