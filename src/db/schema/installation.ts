import { sql } from "drizzle-orm";
import { bigint, boolean, check, integer, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import type { Retention } from "../../model/retention";
import { createdAt, updatedAt } from "./columns";

export const SESSION_IDLE_DAYS = 14;
export const SESSION_DAYS = 90;

/** One row with facts of the whole installation. */
export const installation = pgTable(
  "installation",
  {
    only: boolean("only").primaryKey().default(true),
    /** Tells whether a process has the NEXTAUTH_SECRET that seals this database's secrets. */
    secret_fingerprint: text("secret_fingerprint").notNull(),
    /** A session ends after this many days without use. */
    session_idle_days: integer("session_idle_days").notNull().default(SESSION_IDLE_DAYS),
    /** A session ends this many days after the sign-in, however much it is used. */
    session_days: integer("session_days").notNull().default(SESSION_DAYS),
    /** The longest life of a new token; null: a token need not end. */
    token_days: integer("token_days"),
    /** For projects that do not say otherwise; empty: everything is kept. */
    retention: jsonb("retention").$type<Retention>().notNull().default({}),
    /** Bytes that a project may take which has no quota of its own; null: any number. */
    project_quota_bytes: bigint("project_quota_bytes", { mode: "number" }),
    created_at: createdAt(),
    updated_at: updatedAt(),
  },
  (t) => [
    check("installation_only_check", sql`${t.only}`),
    check(
      "installation_days_check",
      sql`${t.session_idle_days} between 1 and 3650 and ${t.session_days} between 1 and 3650 and ${t.token_days} between 1 and 3650`,
    ),
  ],
);
