import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import { LEAST_LOG_BYTES, LOG_BYTES, MOST_LOG_BYTES } from "../../model/log-bytes";
import type { Retention } from "../../model/retention";
import { PROJECT_ROLES } from "../../model/roles";
import { WORKSPACES } from "../../model/states";
import { createdAt, folder, id, instant, oneOf, partOf, updatedAt } from "./columns";
import { users } from "./users";

export const projects = pgTable(
  "projects",
  {
    id: id(),
    name: text("name").notNull(),
    slug: text("slug").notNull(),
    /** Folder on disk. SQL text reads it through `folderOf`. */
    path: folder("path").notNull(),
    /** True where Phaseboard made the folder, which is then deleted with the project. */
    made_by_us: boolean("made_by_us").notNull().default(false),
    /** Where the server is root, the project's processes run as the user with this number in a range of its own. */
    user_number: integer("user_number").notNull().generatedAlwaysAsIdentity(),
    /** Null where unknown: the project is older than this column. */
    created_by: text("created_by").references(() => users.id, { onDelete: "set null" }),
    max_concurrent_runs: integer("max_concurrent_runs").notNull().default(4),
    /** Where runs work, unless their definition says so; null: a clone of a git project, else a copy. */
    workspace: text("workspace", { enum: WORKSPACES }),
    /** True where runs that share the project's folder may work at the same time. */
    shared_at_once: boolean("shared_at_once").notNull().default(false),
    /** Hours after a run's end for which its folder stays on the disk. */
    workspace_hours: integer("workspace_hours").notNull().default(24),
    /** Bytes that a step may write to its log. */
    log_bytes: integer("log_bytes").notNull().default(LOG_BYTES),
    /** Name of the project's secret that signs in to its git remote; null: as the server's git is signed in. */
    git_secret: text("git_secret"),
    /** Days after their end for which runs stay unarchived; null: until somebody archives them. */
    archive_days: integer("archive_days"),
    /** What goes by age and what stays; what it leaves out is the installation's. */
    retention: jsonb("retention").$type<Retention>().notNull().default({}),
    /** The user name beside it; null: the one in the remote's address, else one that takes tokens. */
    git_user: text("git_user"),
    /** Where pull requests are asked for; null: worked out of the remote's address. */
    git_api_url: text("git_api_url"),
    /** Bytes that its artifacts, logs and folders of runs may take; 0: any number; null: the installation's default. */
    quota_bytes: bigint("quota_bytes", { mode: "number" }),
    /** Number of the project's newest event; raised under this row's lock, so numbers are in commit order. */
    event_seq: bigint("event_seq", { mode: "number" }).notNull().default(0),
    /** Events up to this number may be gone by retention; a reader that stands before it has to read rows again. */
    events_swept: bigint("events_swept", { mode: "number" }).notNull().default(0),
    /** Number of the newest run; raised in the transaction that makes the run, so there are no gaps. */
    run_seq: integer("run_seq").notNull().default(0),
    created_at: createdAt(),
    updated_at: updatedAt(),
  },
  (t) => [
    uniqueIndex("projects_slug_key").on(t.slug),
    uniqueIndex("projects_user_number_key").on(t.user_number),
    index("projects_created_by_idx").on(t.created_by),
    check("projects_workspace_check", oneOf("workspace", WORKSPACES)),
    check("projects_max_concurrent_runs_check", sql`${t.max_concurrent_runs} between 1 and 1000`),
    check(
      "projects_log_bytes_check",
      sql`${t.log_bytes} between ${sql.raw(String(LEAST_LOG_BYTES))} and ${sql.raw(String(MOST_LOG_BYTES))}`,
    ),
  ],
);

/** What is known of the room that a project takes and has. A table of its own, since it is written at any time. */
export const projectRoom = pgTable("project_room", {
  project_id: partOf("project_id", () => projects.id).primaryKey(),
  artifacts_bytes: bigint("artifacts_bytes", { mode: "number" }).notNull().default(0),
  logs_bytes: bigint("logs_bytes", { mode: "number" }).notNull().default(0),
  workspaces_bytes: bigint("workspaces_bytes", { mode: "number" }).notNull().default(0),
  /** When all of it was last counted; what came since is added as it comes. */
  counted_at: instant("counted_at"),
  /** Since when the disk of the project's folder is below its low-water mark. */
  no_room_since: instant("no_room_since"),
});

export const projectMembers = pgTable(
  "project_members",
  {
    project_id: partOf("project_id", () => projects.id),
    user_id: partOf("user_id", () => users.id),
    role: text("role", { enum: PROJECT_ROLES }).notNull(),
    created_at: createdAt(),
    updated_at: updatedAt(),
  },
  (t) => [
    primaryKey({ columns: [t.project_id, t.user_id] }),
    index("project_members_user_id_idx").on(t.user_id),
    check("project_members_role_check", oneOf("role", PROJECT_ROLES)),
  ],
);

/** The projects that somebody put before the others. */
export const projectStars = pgTable(
  "project_stars",
  {
    user_id: partOf("user_id", () => users.id),
    project_id: partOf("project_id", () => projects.id),
    created_at: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.user_id, t.project_id] }),
    index("project_stars_project_id_idx").on(t.project_id),
  ],
);
