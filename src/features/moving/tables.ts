/** A project's rows of one table, in the order in which they can be inserted. */
export interface MovedTable {
  name: string;
  /** SQL: the rows of the project $1. */
  where: string;
  /** Columns that stay behind: what belongs to the installation, and what its secret seals. */
  without?: string[];
}

const OF_PROJECT = "project_id = $1";
const RUNS = "select id from workflow_runs where project_id = $1";
const STEPS = `select s.id from workflow_run_steps s where s.workflow_run_id in (${RUNS})`;
const ATTEMPTS = `select a.id from workflow_run_step_attempts a where a.workflow_run_step_id in (${STEPS})`;
const DEFINITIONS = "select id from workflow_definitions where project_id = $1";
const TRIGGERS = `select t.id from workflow_triggers t where t.workflow_definition_id in (${DEFINITIONS})`;

export const MOVED: MovedTable[] = [
  {
    name: "projects",
    where: "id = $1",
    without: ["user_number", "path", "made_by_us", "created_by", "quota_bytes"],
  },
  { name: "labels", where: OF_PROJECT },
  { name: "workflow_definitions", where: OF_PROJECT },
  { name: "workflow_definition_revisions", where: `workflow_definition_id in (${DEFINITIONS})` },
  { name: "agent_sessions", where: OF_PROJECT },
  { name: "workflow_runs", where: OF_PROJECT, without: ["claimed_by"] },
  { name: "workflow_run_pins", where: `workflow_run_id in (${RUNS})` },
  { name: "workflow_run_labels", where: `workflow_run_id in (${RUNS})` },
  { name: "run_followers", where: `workflow_run_id in (${RUNS})` },
  { name: "workflow_run_steps", where: `workflow_run_id in (${RUNS})` },
  { name: "workflow_run_step_attempts", where: `workflow_run_step_id in (${STEPS})` },
  { name: "workflow_journal", where: `workflow_run_id in (${RUNS})` },
  { name: "workflow_log_chunks", where: `attempt_id in (${ATTEMPTS})` },
  { name: "workflow_code_log_chunks", where: `workflow_run_id in (${RUNS})` },
  { name: "reviews", where: `workflow_run_id in (${RUNS})` },
  { name: "workflow_comments", where: `workflow_run_id in (${RUNS})` },
  { name: "workflow_artifacts", where: `workflow_run_step_id in (${STEPS})` },
  { name: "agent_messages", where: `workflow_run_id in (${RUNS})` },
  { name: "agent_permission_requests", where: `workflow_run_step_id in (${STEPS})` },
  { name: "workflow_triggers", where: `workflow_definition_id in (${DEFINITIONS})`, without: ["secret"] },
  { name: "workflow_trigger_deliveries", where: `workflow_trigger_id in (${TRIGGERS})` },
  { name: "workflow_events", where: OF_PROJECT },
  { name: "project_members", where: OF_PROJECT },
];

/** References without a foreign key, which must lead to a row of the archive too. */
export const LOOSE = [
  { table: "workflow_journal", column: "workflow_run_id", to: "workflow_runs" },
  { table: "workflow_runs", column: "review_id", to: "reviews" },
];

/** Columns with the path of a file in the project's folder. */
export const PATHS = [
  { table: "workflow_definitions", column: "path" },
  { table: "agent_sessions", column: "transcript_path" },
  { table: "workflow_run_steps", column: "log_directory_path" },
  { table: "workflow_run_step_attempts", column: "log_directory_path" },
  { table: "workflow_artifacts", column: "file_path" },
];

/** SQL: tables and columns that name a person. Events name theirs without a foreign key. */
export const PERSON_COLUMNS = `
  select conrelid::regclass::text as table, a.attname::text as column
  from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
  where c.contype = 'f' and c.confrelid = 'public.users'::regclass and cardinality(c.conkey) = 1
  union all select 'workflow_events', 'actor_id'`;
