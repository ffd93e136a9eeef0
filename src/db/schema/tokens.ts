import { sql } from "drizzle-orm";
import { check, index, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import { TOKEN_SCOPES } from "../../model/roles";
import { createdAt, id, instant, partOf } from "./columns";
import { projects } from "./projects";
import { users } from "./users";

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
    /** What it may do: each scope with those before it, so that the last one caps its person's role. */
    scopes: text("scopes", { enum: TOKEN_SCOPES })
      .array()
      .notNull()
      .default([...TOKEN_SCOPES]),
    /** The one project that it sees; null: all of its person's. */
    project_id: text("project_id").references(() => projects.id, { onDelete: "cascade" }),
    expires_at: instant("expires_at"),
    last_used_at: instant("last_used_at"),
    revoked_at: instant("revoked_at"),
    created_at: createdAt(),
  },
  (t) => [
    uniqueIndex("api_tokens_token_hash_key").on(t.token_hash),
    index("api_tokens_user_id_idx").on(t.user_id),
    index("api_tokens_project_id_idx").on(t.project_id),
    check("api_tokens_scopes_check", sql`${t.scopes} <@ array['read', 'run', 'write']`),
  ],
);
