import { sql } from "drizzle-orm";
import { boolean, integer, pgTable, text, timestamp, uniqueIndex } from "drizzle-orm/pg-core";
import { createdAt, id, instant, updatedAt } from "./columns";

export const users = pgTable(
  "users",
  {
    id: id(),
    email: text("email").notNull(),
    name: text("name").notNull(),
    /** Null: no password was set, so only a link or a provider signs them in. */
    password_hash: text("password_hash"),
    is_admin: boolean("is_admin").notNull().default(false),
    /**
     * Set for a project's machine account, which cannot sign in and goes with the project. Its foreign key stands in
     * the migration alone, since projects refer to users too.
     */
    project_id: text("project_id"),
    disabled_at: instant("disabled_at"),
    last_sign_in_at: instant("last_sign_in_at"),
    /** Since when name and e-mail are replaced. */
    nameless_at: instant("nameless_at"),
    created_at: createdAt(),
    updated_at: updatedAt(),
  },
  (t) => [
    uniqueIndex("users_email_key").on(sql`lower(${t.email})`),
    uniqueIndex("users_project_id_key").on(t.project_id),
  ],
);

/** Counters of attempts per account and address, in the format of rate-limiter-flexible. */
export const rateLimits = pgTable("rate_limits", {
  key: text("key").primaryKey(),
  points: integer("points").notNull().default(0),
  expire: timestamp("expire", { precision: 3, withTimezone: true, mode: "date" }),
});
