import { index, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { bytea, createdAt, partOf } from "./columns";
import { users } from "./users";

/** Results of creates with an `Idempotency-Key`, kept for 24 hours. */
export const idempotencyKeys = pgTable(
  "idempotency_keys",
  {
    user_id: partOf("user_id", () => users.id),
    key: text("key").notNull(),
    /** SHA-256 in hex of the procedure and its input. */
    fingerprint: text("fingerprint").notNull(),
    /**
     * The result as JSON, encrypted, since it may contain a new token. Null only within the transaction that makes it.
     */
    result: bytea("result"),
    created_at: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.user_id, t.key] }),
    index("idempotency_keys_created_at_idx").on(t.created_at),
  ],
);
