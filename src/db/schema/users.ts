import { sql } from "drizzle-orm";
import { boolean, index, integer, pgTable, text, timestamp, uniqueIndex } from "drizzle-orm/pg-core";
import { createdAt, id, instant, partOf, updatedAt } from "./columns";

export const users = pgTable(
  "users",
  {
    id: id(),
    email: text("email").notNull(),
    name: text("name").notNull(),
    /** Null: no password was set, so only a link or a provider signs them in. */
    password_hash: text("password_hash"),
    is_admin: boolean("is_admin").notNull().default(false),
    /** Raised to end all sessions of the user. */
    session_version: integer("session_version").notNull().default(1),
    disabled_at: instant("disabled_at"),
    last_sign_in_at: instant("last_sign_in_at"),
    /** Since when name and e-mail are replaced. */
    nameless_at: instant("nameless_at"),
    created_at: createdAt(),
    updated_at: updatedAt(),
  },
  (t) => [uniqueIndex("users_email_key").on(sql`lower(${t.email})`)],
);

export const apiTokens = pgTable(
  "api_tokens",
  {
    id: id(),
    user_id: partOf("user_id", () => users.id),
    name: text("name").notNull(),
    /** The first characters, so that a person can tell tokens apart. */
    prefix: text("prefix").notNull(),
    /** SHA-256 of the token, in hex. */
    token_hash: text("token_hash").notNull(),
    expires_at: instant("expires_at"),
    last_used_at: instant("last_used_at"),
    revoked_at: instant("revoked_at"),
    created_at: createdAt(),
  },
  (t) => [
    uniqueIndex("api_tokens_token_hash_key").on(t.token_hash),
    index("api_tokens_user_id_idx").on(t.user_id),
  ],
);

/** Counters of attempts per account and address, in the format of rate-limiter-flexible. */
export const rateLimits = pgTable("rate_limits", {
  key: text("key").primaryKey(),
  points: integer("points").notNull().default(0),
  expire: timestamp("expire", { precision: 3, withTimezone: true, mode: "date" }),
});
