import { sql } from "drizzle-orm";
import { check, index, pgTable, primaryKey, text, uniqueIndex } from "drizzle-orm/pg-core";
import { createdAt, id, instant, oneOf, partOf, updatedAt } from "./columns";
import { users } from "./users";

/** `enter` signs in without a password: the command line makes it where passwords are switched off. */
export const LINK_KINDS = ["invitation", "reset", "enter"] as const;

/** Links by which a person sets their password, each used once. A new one takes the place of those before. */
export const accountLinks = pgTable(
  "account_links",
  {
    id: id(),
    user_id: partOf("user_id", () => users.id),
    kind: text("kind", { enum: LINK_KINDS }).notNull(),
    /** SHA-256 of the link's token, in hex. */
    token_hash: text("token_hash").notNull(),
    expires_at: instant("expires_at").notNull(),
    used_at: instant("used_at"),
    created_at: createdAt(),
  },
  (t) => [
    uniqueIndex("account_links_token_hash_key").on(t.token_hash),
    index("account_links_user_id_idx").on(t.user_id),
    check("account_links_kind_check", oneOf("kind", LINK_KINDS)),
  ],
);

/** A person at an OpenID Connect provider. Found by issuer and subject alone, since an e-mail can change hands. */
export const identities = pgTable(
  "identities",
  {
    id: id(),
    user_id: partOf("user_id", () => users.id),
    issuer: text("issuer").notNull(),
    subject: text("subject").notNull(),
    /** What the provider last called them, so that a person knows which of theirs it is. */
    label: text("label").notNull(),
    last_used_at: instant("last_used_at").notNull().default(sql`now()`),
    created_at: createdAt(),
  },
  (t) => [
    uniqueIndex("identities_issuer_subject_key").on(t.issuer, t.subject),
    index("identities_user_id_idx").on(t.user_id),
  ],
);

/** People who get a role in projects together. */
export const groups = pgTable(
  "groups",
  {
    id: id(),
    name: text("name").notNull(),
    /** A claim of the provider, as `groups=engineering`, which decides who is in it at each sign-in; null: people do. */
    claim: text("claim"),
    created_at: createdAt(),
    updated_at: updatedAt(),
  },
  (t) => [uniqueIndex("groups_name_key").on(sql`lower(${t.name})`)],
);

export const groupMembers = pgTable(
  "group_members",
  {
    group_id: partOf("group_id", () => groups.id),
    user_id: partOf("user_id", () => users.id),
    created_at: createdAt(),
  },
  (t) => [primaryKey({ columns: [t.group_id, t.user_id] }), index("group_members_user_id_idx").on(t.user_id)],
);
