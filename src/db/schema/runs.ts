import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  doublePrecision,
  type ExtraConfigColumn,
  foreignKey,
  index,
  integer,
  json,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import type { Entry } from "../../model/entry";
import type { ErrorLine, RunError } from "../../model/error-line";
import {
  type ApprovalRequest,
  type Budget,
  LOG_TYPES,
  type OverBudget,
  RUN_STATUSES,
  STEP_KINDS,
  STEP_STATUSES,
  WAITING_FOR,
  WORKSPACES,
} from "../../model/states";
import { agentSessions } from "./agents";
import { bytea, createdAt, id, instant, oneOf, partOf, updatedAt } from "./columns";
import { workflowDefinitionRevisions, workflowDefinitions } from "./definitions";
import { projects } from "./projects";
import { users } from "./users";

/** A generated column with the size of a JSON column, so that large values need not be read for it. */
const bytesOf = (column: string) =>
  integer(`${column}_bytes`).generatedAlwaysAs(sql.raw(`octet_length(${column}::text)`));
const outputBytes = () => bytesOf("output");

const spent = () => ({
  tokens: bigint("tokens", { mode: "number" }),
  cost: doublePrecision("cost"),
  currency: text("currency"),
});

/** Nulls first, as in ORDER BY … DESC. Otherwise the planner sorts the whole project for a page. */
const newestFirst = (t: Record<"created_at" | "id", ExtraConfigColumn>) =>
  [t.created_at.desc().nullsFirst(), t.id.desc().nullsFirst()] as const;

/** One row per live worker process. It is deleted when the worker stops or misses its lease. */
export const workers = pgTable("workers", {
  id: id(),
  host: text("host").notNull(),
  pid: integer("pid").notNull(),
  /** graphile-worker's `locked_by` of this process, by which peers unlock its jobs. */
  pool_id: text("pool_id").notNull(),
  started_at: instant("started_at").notNull().default(sql`now()`),
  heartbeat_at: instant("heartbeat_at").notNull().default(sql`now()`),
  draining: boolean("draining").notNull().default(false),
  /** Since when the disk of its data folder is below the low-water mark, so it starts no run. */
  no_room_since: instant("no_room_since"),
});

export const workflowRuns = pgTable(
  "workflow_runs",
  {
    id: id(),
    project_id: partOf("project_id", () => projects.id),
    user_id: partOf("user_id", () => users.id),
    workflow_definition_id: partOf("workflow_definition_id", () => workflowDefinitions.id),
    revision: integer("revision").notNull(),
    /** Number in the project, from 1; never used twice. */
    number: integer("number").notNull(),
    name: text("name").notNull(),
    args: json("args").$type<Record<string, unknown>>().notNull(),
    args_bytes: bytesOf("args").notNull(),
    current_phase: text("current_phase"),
    /** Number of ended steps. */
    current_step_index: integer("current_step_index").notNull().default(0),
    status: text("status", { enum: RUN_STATUSES }).notNull().default("pending"),
    error_message: text("error_message"),
    /** Of the step for which it failed: the line that says most about why. */
    first_error: json("first_error").$type<RunError>(),
    /** What the code of a definition in TypeScript returned. */
    output: json("output").$type<unknown>(),
    output_bytes: outputBytes(),
    priority: integer("priority").notNull().default(0),
    /** Who is to look after it. */
    assignee_id: text("assignee_id").references(() => users.id, { onDelete: "set null" }),
    /** Where the run works, decided when it is made. Runs from before workspaces shared the project's folder. */
    workspace: text("workspace", { enum: WORKSPACES }).notNull().default("shared"),
    /** The branch, tag or commit to begin from; null: the project's main branch. */
    base: text("base"),
    /** The commit that the workspace began from, and the branch made for the run; null before the first step's end. */
    base_commit: text("base_commit"),
    branch: text("branch"),
    /** The commit with the run's files as they are to be while no step is at work. */
    snapshot: text("snapshot"),
    /** What the snapshot changes against the base. */
    changed_files: integer("changed_files"),
    added_lines: integer("added_lines"),
    deleted_lines: integer("deleted_lines"),
    /** The review by which the run last went back; no foreign key, as it is of the run. Null after a retry. */
    review_id: text("review_id"),
    /** The snapshots that went to a remote's branch and to the project's folder last. */
    pushed_snapshot: text("pushed_snapshot"),
    pushed_branch: text("pushed_branch"),
    applied_snapshot: text("applied_snapshot"),
    pull_request_url: text("pull_request_url"),
    pull_request_number: integer("pull_request_number"),
    /** What its agents used, as far as they tell. */
    ...spent(),
    /** What the run may use in place of its definition's budget, since somebody raised it. */
    budget: json("budget").$type<Budget>(),
    /** The limit for which the run is paused. */
    over_budget: json("over_budget").$type<OverBudget>(),
    /** The schedule or webhook that started the run. No foreign key: the trigger may be gone. */
    workflow_trigger_id: text("workflow_trigger_id"),
    /** Of the runs that share a group one runs at a time; a run starts once those before it have ended. */
    concurrency_groups: text("concurrency_groups").array().notNull().default(sql`'{}'`),
    /** When the pending run began to wait for its start. */
    queued_at: instant("queued_at").notNull().default(sql`now()`),
    started_at: instant("started_at"),
    completed_at: instant("completed_at"),
    paused_at: instant("paused_at"),
    cancelled_at: instant("cancelled_at"),
    /** Set while the ended run is off the board; a retry brings it back. */
    archived_at: instant("archived_at"),
    /** Since when somebody has seen that it failed. No foreign key to whom: its history names them. */
    acknowledged_at: instant("acknowledged_at"),
    /** Set while the run only waits for people or time, and takes no room in its project. */
    waiting_since: instant("waiting_since"),
    /** Milliseconds since its start in which it only waited or was paused, without the wait that goes on. */
    rested_ms: bigint("rested_ms", { mode: "number" }).notNull().default(0),
    /** Set with `waiting_since`, while the run could go on but its project has no room. */
    ready_since: instant("ready_since"),
    /** Fencing token: raised by each claim. Writes with an older epoch are refused. */
    epoch: integer("epoch").notNull().default(0),
    /** The worker that holds the claim, and may have processes of this run. */
    claimed_by: text("claimed_by").references(() => workers.id, { onDelete: "set null" }),
    /** Writes of the claim with a lower floor are refused; see `RunStore.load`. */
    write_floor: integer("write_floor").notNull().default(0),
    /** Bytes of its logs that are files; null where that was not counted. */
    log_bytes: bigint("log_bytes", { mode: "number" }),
    /** Since when its logs, and its artifacts, are gone by retention. */
    logs_removed_at: instant("logs_removed_at"),
    artifacts_removed_at: instant("artifacts_removed_at"),
    created_at: createdAt(),
    updated_at: updatedAt(),
  },
  (t) => [
    foreignKey({
      columns: [t.workflow_definition_id, t.revision],
      foreignColumns: [
        workflowDefinitionRevisions.workflow_definition_id,
        workflowDefinitionRevisions.number,
      ],
      name: "workflow_runs_revision_fkey",
    }).onDelete("cascade"),
    uniqueIndex("workflow_runs_project_id_number_key").on(t.project_id, t.number),
    index("workflow_runs_project_id_created_at_idx").on(t.project_id, ...newestFirst(t)),
    index("workflow_runs_project_id_status_idx").on(t.project_id, t.status, ...newestFirst(t)),
    index("workflow_runs_ended_idx")
      .on(t.project_id, sql`greatest(completed_at, cancelled_at) desc`, t.id.desc())
      .where(sql`archived_at is null and status in ('completed', 'failed', 'cancelled')`),
    index("workflow_runs_archived_idx")
      .on(t.project_id, ...newestFirst(t))
      .where(sql`archived_at is not null`),
    index("workflow_runs_user_id_status_idx").on(t.user_id, t.status),
    index("workflow_runs_workflow_definition_id_idx").on(t.workflow_definition_id, ...newestFirst(t)),
    index("workflow_runs_status_idx").on(t.status),
    index("workflow_runs_workflow_trigger_id_idx")
      .on(t.workflow_trigger_id, t.status)
      .where(sql`workflow_trigger_id is not null`),
    index("workflow_runs_assignee_id_idx")
      .on(t.assignee_id, ...newestFirst(t))
      .where(sql`assignee_id is not null`),
    index("workflow_runs_claimed_by_idx").on(t.claimed_by).where(sql`claimed_by is not null`),
    check("workflow_runs_status_check", oneOf("status", RUN_STATUSES)),
    check("workflow_runs_workspace_check", oneOf("workspace", WORKSPACES)),
  ],
);

export const workflowRunSteps = pgTable(
  "workflow_run_steps",
  {
    id: id(),
    workflow_run_id: partOf("workflow_run_id", () => workflowRuns.id),
    /** The step's id in its definition. */
    step_id: text("step_id").notNull(),
    name: text("name").notNull(),
    kind: text("kind", { enum: STEP_KINDS }).notNull(),
    phase: text("phase").notNull(),
    position: integer("position").notNull(),
    status: text("status", { enum: STEP_STATUSES }).notNull().default("pending"),
    /** Number of the newest attempt; 0 before the first. */
    attempt: integer("attempt").notNull().default(0),
    /** Number of the newest attempt when the run last went back to this step or one before it. */
    attempts_before: integer("attempts_before").notNull().default(0),
    output: json("output").$type<unknown>(),
    output_bytes: outputBytes(),
    log_directory_path: text("log_directory_path"),
    agent_session_id: text("agent_session_id").references(() => agentSessions.id, { onDelete: "cascade" }),
    error_message: text("error_message"),
    /** The lines that say why the newest attempt failed, the most telling first, and what the log has there. */
    errors: json("errors").$type<ErrorLine[]>(),
    error_excerpt: text("error_excerpt"),
    /** Line of the log with the first of them. */
    error_line: integer("error_line"),
    /** True where the run goes on though it fails; known once it begins. */
    continue_on_error: boolean("continue_on_error").notNull().default(false),
    /** Set while the step runs and only waits, without a process. */
    waiting_for: text("waiting_for", { enum: WAITING_FOR }),
    /** When the wait ends by itself, or when a pending step is tried again. */
    wake_at: instant("wake_at"),
    /** The approval's question and approvers; kept after the decision. */
    request: json("request").$type<ApprovalRequest>(),
    /** The commits with the run's files as the newest attempt found and left them; null where it has none. */
    snapshot_before: text("snapshot_before"),
    snapshot: text("snapshot"),
    /** The base of those; a run that is updated from its base has another one behind that. */
    base_commit: text("base_commit"),
    /** What its agent used in all attempts, as far as it tells. */
    ...spent(),
    /** Since when the agent of a running step counts as stalled. */
    stalled_since: instant("stalled_since"),
    started_at: instant("started_at"),
    completed_at: instant("completed_at"),
    created_at: createdAt(),
    updated_at: updatedAt(),
  },
  (t) => [
    uniqueIndex("workflow_run_steps_step_id_key").on(t.workflow_run_id, t.step_id),
    index("workflow_run_steps_workflow_run_id_status_idx").on(t.workflow_run_id, t.status),
    index("workflow_run_steps_agent_session_id_idx").on(t.agent_session_id),
    index("workflow_run_steps_status_idx").on(t.status),
    check("workflow_run_steps_status_check", oneOf("status", STEP_STATUSES)),
    check("workflow_run_steps_waiting_for_check", oneOf("waiting_for", WAITING_FOR)),
    check("workflow_run_steps_waiting_runs_check", sql`waiting_for is null or status = 'running'`),
    check("workflow_run_steps_stalled_runs_check", sql`stalled_since is null or status = 'running'`),
    check("workflow_run_steps_kind_check", oneOf("kind", STEP_KINDS)),
  ],
);

/** Runs that no retention touches. A table of its own, so that the runs' rows need no further index. */
export const workflowRunPins = pgTable(
  "workflow_run_pins",
  {
    workflow_run_id: text("workflow_run_id")
      .primaryKey()
      .references(() => workflowRuns.id, { onDelete: "cascade" }),
    /** Null once the account is gone. */
    pinned_by: text("pinned_by").references(() => users.id, { onDelete: "set null" }),
    created_at: createdAt(),
  },
  (t) => [index("workflow_run_pins_pinned_by_idx").on(t.pinned_by)],
);

/** One row per attempt of a step; rows stay when the step is retried. */
export const workflowRunStepAttempts = pgTable(
  "workflow_run_step_attempts",
  {
    id: id(),
    workflow_run_step_id: partOf("workflow_run_step_id", () => workflowRunSteps.id),
    number: integer("number").notNull(),
    status: text("status", { enum: STEP_STATUSES }).notNull().default("running"),
    output: json("output").$type<unknown>(),
    output_bytes: outputBytes(),
    error_message: text("error_message"),
    errors: json("errors").$type<ErrorLine[]>(),
    exit_code: integer("exit_code"),
    signal: text("signal"),
    /** Relative to the project's folder. */
    log_directory_path: text("log_directory_path").notNull(),
    /** Of its logs once they are files; null: they are none yet, or became files before this was noted. */
    log_bytes: bigint("log_bytes", { mode: "number" }),
    worker_id: text("worker_id"),
    /** The session of an agent's attempt. A later attempt may go on with it, in a row of its own. */
    agent_session_id: text("agent_session_id").references(() => agentSessions.id, { onDelete: "set null" }),
    /** As in the step's row. */
    snapshot_before: text("snapshot_before"),
    snapshot: text("snapshot"),
    started_at: instant("started_at").notNull().default(sql`now()`),
    completed_at: instant("completed_at"),
    created_at: createdAt(),
    updated_at: updatedAt(),
  },
  (t) => [
    uniqueIndex("workflow_run_step_attempts_number_key").on(t.workflow_run_step_id, t.number),
    index("workflow_run_step_attempts_agent_session_id_idx")
      .on(t.agent_session_id)
      .where(sql`agent_session_id is not null`),
    check("workflow_run_step_attempts_status_check", oneOf("status", STEP_STATUSES)),
  ],
);

/**
 * Entries that a worker keeps for up to about 150 ms before they are in the run's rows. The next claim or the run's end
 * projects them first. `created_at` is their time. No foreign key, which would cost a look-up per step; a trigger
 * deletes them with the run.
 */
export const workflowJournal = pgTable(
  "workflow_journal",
  {
    workflow_run_id: text("workflow_run_id").notNull(),
    ordinal: integer("ordinal").notNull(),
    entries: json("entries").$type<Entry[]>().notNull(),
    created_at: createdAt(),
  },
  (t) => [primaryKey({ columns: [t.workflow_run_id, t.ordinal] })],
);

/** Bytes of an attempt's logs until a job turns them into files after the run's end. */
export const workflowLogChunks = pgTable(
  "workflow_log_chunks",
  {
    attempt_id: partOf("attempt_id", () => workflowRunStepAttempts.id),
    type: text("type", { enum: LOG_TYPES }).notNull(),
    /** Byte offset of the chunk's start in the log. */
    offset: bigint("offset", { mode: "number" }).notNull(),
    bytes: bytea("bytes").notNull(),
    created_at: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.attempt_id, t.type, t.offset] }),
    check("workflow_log_chunks_type_check", oneOf("type", LOG_TYPES)),
  ],
);

/**
 * What a definition's code printed, kept as long as its run. `steps` and `prints` are the code's place after these
 * bytes: steps asked for, and prints since the last one.
 */
export const workflowCodeLogChunks = pgTable(
  "workflow_code_log_chunks",
  {
    workflow_run_id: partOf("workflow_run_id", () => workflowRuns.id),
    /** Byte offset of the chunk's start in the log. */
    offset: bigint("offset", { mode: "number" }).notNull(),
    bytes: bytea("bytes").notNull(),
    steps: integer("steps").notNull(),
    prints: integer("prints").notNull(),
    created_at: createdAt(),
  },
  (t) => [primaryKey({ columns: [t.workflow_run_id, t.offset] })],
);
