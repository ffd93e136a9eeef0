import { index, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import { createdAt, id, instant, partOf } from "./columns";
import { users } from "./users";

/** A browser in which somebody is signed in. To end a session is to delete its row. */
export const sessions = pgTable(
  "sessions",
  {
    id: id(),
    user_id: partOf("user_id", () => users.id),
    /** SHA-256 of what the cookie holds, in hex. */
    token_hash: text("token_hash").notNull(),
    /** Said for people, for example "Firefox on Linux". */
    device: text("device").notNull(),
    /** Where it was used from last. */
    address: text("address").notNull(),
    /** Behind by up to a minute. */
    last_seen_at: instant("last_seen_at").notNull(),
    /** Its end however much it is used; unused it ends before. */
    expires_at: instant("expires_at").notNull(),
    created_at: createdAt(),
  },
  (t) => [
    uniqueIndex("sessions_token_hash_key").on(t.token_hash),
    index("sessions_user_id_idx").on(t.user_id),
  ],
);
