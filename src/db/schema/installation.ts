import { sql } from "drizzle-orm";
import { boolean, check, pgTable, text } from "drizzle-orm/pg-core";
import { createdAt, updatedAt } from "./columns";

/** One row with facts of the whole installation. */
export const installation = pgTable(
  "installation",
  {
    only: boolean("only").primaryKey().default(true),
    /** Tells whether a process has the NEXTAUTH_SECRET that seals this database's secrets. */
    secret_fingerprint: text("secret_fingerprint").notNull(),
    created_at: createdAt(),
    updated_at: updatedAt(),
  },
  (t) => [check("installation_only_check", sql`${t.only}`)],
);
