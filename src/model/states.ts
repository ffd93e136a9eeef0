/**
 * The states of runs and steps, and the only table of what may follow what. The database holds the same
 * table in a trigger, for whatever gets past this one.
 *
 * Terms: a run is one execution of a definition; a step is one unit of its work; an attempt is one try of a
 * step; a claim is a worker's right to move a run, numbered by the run's epoch.
 */
export const RUN_STATUSES = ["pending", "running", "paused", "completed", "failed", "cancelled"] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

export const STEP_STATUSES = ["pending", "running", "completed", "failed", "skipped"] as const;
export type StepStatus = (typeof STEP_STATUSES)[number];

const RUN_TRANSITIONS: Record<RunStatus, readonly RunStatus[]> = {
  pending: ["running", "cancelled"],
  running: ["completed", "failed", "cancelled", "paused"],
  paused: ["running", "cancelled"],
  completed: ["pending"],
  failed: ["pending"],
  cancelled: ["pending"],
};

const STEP_TRANSITIONS: Record<StepStatus, readonly StepStatus[]> = {
  pending: ["running", "skipped"],
  running: ["completed", "failed", "skipped"],
  completed: ["pending"],
  failed: ["pending"],
  skipped: ["pending"],
};

export function canRunBecome(from: RunStatus, to: RunStatus): boolean {
  return RUN_TRANSITIONS[from].includes(to);
}

export function canStepBecome(from: StepStatus, to: StepStatus): boolean {
  return STEP_TRANSITIONS[from].includes(to);
}

export const isRunEnded = (status: RunStatus) => canRunBecome(status, "pending");
export const isStepEnded = (status: StepStatus) => canStepBecome(status, "pending");

export const STEP_KINDS = ["script", "function", "agent", "approval"] as const;
export type StepKind = (typeof STEP_KINDS)[number];

/**
 * What a running step may wait for. No process works on an approval or a sleep. An agent that asks for a permission
 * keeps running, so that wait is read from its request and not stored with the step.
 */
export const WAITING_FOR = ["approval", "permission", "sleep"] as const;
export type WaitingFor = (typeof WAITING_FOR)[number];

/** True where a process works on the step, or an interrupted one did. */
export const isAtWork = (step: { status: StepStatus; waiting_for: WaitingFor | null }) =>
  step.status === "running" && step.waiting_for === null;

/** An approval's question, with its expressions filled in. */
export interface ApprovalRequest {
  /** Markdown. */
  prompt: string;
  approvers: { role: "member" | "maintainer" | "owner"; count: number; allow_self: boolean };
  /** JSON Schema of the answer that a decision needs; null: none. */
  form: Record<string, unknown> | null;
  /** How often changes may be requested, and the step that the run then goes back to; null: code decides. */
  changes?: { rework: string | null; rounds: number };
}

export const DECISIONS = ["approve", "reject", "request_changes"] as const;
export type Decision = (typeof DECISIONS)[number];

/** What a review may say; a comment decides nothing. */
export const REVIEW_DECISIONS = ["comment", ...DECISIONS] as const;

/** Lines of a changed file that a comment is about. */
export interface ChangeAnchor {
  kind: "change";
  /** Relative to the workspace. */
  path: string;
  side: "old" | "new";
  /** The line, or the last of several. */
  line: number;
  /** The first of several lines; null: one line. */
  start_line: number | null;
  /** The commit with the files that were seen. */
  snapshot: string | null;
  /** What they were compared with, a commit or a tree; comments of earlier versions do not say it. */
  base?: string;
  /** The lines as they were seen; comments of earlier versions do not have them. */
  quote?: string;
}

/** The entry of an agent's plan that a comment is about, as it stood there when it was read. */
export interface PlanAnchor {
  kind: "plan";
  /** The agent's step, by its id in the definition. */
  step_id: string;
  attempt: number;
  /** Its place in the plan, from 1. */
  entry: number;
  /** Its words; a plan changes while the agent works. */
  quote: string;
}

/** Lines of the log of a step's attempt that a comment is about. */
export interface LogAnchor {
  kind: "log";
  /** By its id in the definition. */
  step_id: string;
  attempt: number;
  /** The line, or the last of several, from 1. */
  line: number;
  /** The first of several lines; null: one line. */
  start_line: number | null;
  /** The lines as they were, since a log goes before its comments. */
  quote: string;
}

/** Lines of an artifact that is a text. */
export interface TextAnchor {
  kind: "text";
  artifact_id: string;
  line: number;
  start_line: number | null;
  quote: string;
}

/** A part of an artifact that is an image, in fractions of its width and height. */
export interface ImageAnchor {
  kind: "image";
  artifact_id: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** What a comment is about. */
export type CommentAnchor = ChangeAnchor | PlanAnchor | LogAnchor | TextAnchor | ImageAnchor;

/** A comment of a review, as the steps and the code behind it get it. */
export type SaidComment =
  | (Omit<ChangeAnchor, "kind" | "snapshot" | "base" | "quote"> & {
      plan?: undefined;
      text: string;
      /** What is to stand in place of the lines, each with its line end. */
      suggestion?: string;
    })
  | { plan: Omit<PlanAnchor, "kind">; text: string };

export const PERMISSION_STATUSES = ["pending", "answered", "withdrawn"] as const;

/** `queued`: it waits for the end of the agent's turn, and may be changed until it is `delivered`. */
export const MESSAGE_STATUSES = ["queued", "delivered", "withdrawn"] as const;

/** An answer that an agent offers with its request. `kind` is the protocol's, such as `allow_once`. */
export interface PermissionOption {
  option_id: string;
  name: string;
  kind: string;
}

/** The tool call for which an agent asks permission, masked and shortened for readers. */
export interface AskedToolCall {
  id: string;
  title: string;
  /** The protocol's kind, such as `edit`; null where the agent gives none. */
  kind: string | null;
  locations: { path: string; line: number | null }[];
  content: (
    | { type: "diff"; path: string; old_text: string | null; new_text: string }
    | { type: "text"; text: string }
  )[];
  /** Input of the tool as JSON; null where the agent gives none. */
  input: string | null;
  /** True where something was left out for its length. */
  is_cut: boolean;
}

export const LOG_TYPES = ["input", "output", "events", "summary"] as const;
export type LogType = (typeof LOG_TYPES)[number];

/** Where a run works: a clone or a copy of the project for itself, or the project's own folder. */
/** What starts runs by itself. */
export const TRIGGER_KINDS = ["schedule", "webhook"] as const;

export const WORKSPACES = ["clone", "copy", "shared"] as const;
export type WorkspaceKind = (typeof WORKSPACES)[number];

/** What a run may use of its agents and of time; what is absent has no limit. */
export interface Budget {
  tokens?: number;
  /** In the agents' own currency. */
  cost?: number;
  /** Milliseconds that its steps are at work. */
  time_ms?: number;
}

/** The limit that a run has reached, for which it was paused. */
export interface OverBudget {
  kind: "tokens" | "cost" | "time";
  /** As of the pause; of `time` in milliseconds. */
  used: number;
  limit: number;
  /** Of `cost`; null where the agent named none. */
  currency: string | null;
  /** The step that was at work, or was to begin: its row, and its id in the definition. */
  row_id: string;
  step_id: string;
}
