/**
 * The facts of a run's progress, as plain JSON. Only `project` turns entries into rows and events, whoever made them.
 * Entries of quick steps are kept first (`keepEntries`) and projected together some ms later. Times are the
 * database's; durations are milliseconds.
 */
import type { Why } from "./error-line";
import type {
  ApprovalRequest,
  Budget,
  Decision,
  LogType,
  OverBudget,
  RunStatus,
  StepKind,
  WaitingFor,
} from "./states";

/** The step: `row_id` is the id of its row, `step_id` the id in its definition. */
interface OfStep {
  row_id: string;
  step_id: string;
  /** When the entry was kept; absent: its time is that of the projection. */
  at?: string;
}

/** Bytes of an attempt's log that are not in rows yet. */
export interface LogRest {
  type: LogType;
  /** Offset of the first byte in the log. */
  offset: number;
  base64: string;
}

/** A step's file that is already stored. Its artifact row is made with the attempt's end. */
export interface KeptFile {
  /** Id of the artifact. */
  id: string;
  /** Id of the deletion entry that removes the file unless its row is made. */
  note_id: string;
  name: string;
  key: string;
  file_type: "image" | "video" | "document" | "code" | "other";
  mime_type: string;
  size_bytes: number;
  /** Hash of the content, in hex. */
  sha256: string;
}

/** An agent's own numbers of what it used, under its own names. */
export type AgentUsage = Record<string, unknown>;

/** What an attempt made of the files of a run that has a workspace of its own. Commits are object names. */
export interface FilesFacts {
  /** The files as the attempt found them, and as it left them. */
  before: string;
  after: string;
  /** The commit that the workspace began from, and the branch made for the run; null for a copy. */
  base_commit: string;
  branch: string | null;
  /** What `after` changes against the base. */
  changed_files: number;
  added_lines: number;
  deleted_lines: number;
}

/** An attempt began to run or to wait. */
export interface StartedEntry extends OfStep {
  kind: "started";
  name: string;
  step_kind: StepKind;
  phase: string;
  /** True where the step has no row yet, since the definition's code asked for it just now. */
  is_new: boolean;
  /** True where the run goes on though the step fails. */
  continue_on_error: boolean;
  attempt_id: string;
  number: number;
  /** Attempts of the step since the run was last started, without this one. */
  tries: number;
  worker_id: string;
  /** Storage key of the folder for its logs. */
  folder: string;
  /** Set for a wait: no process works on it, and it ends by itself after `after_ms`. */
  wait: { for: WaitingFor; after_ms: number; request: ApprovalRequest | null } | null;
  /** Only for agents: the session to make for the attempt. */
  session: { id: string; agent: string; transcript: string } | null;
}

/** An attempt ended. */
export interface EndedEntry extends OfStep {
  kind: "ended";
  /** Null where no attempt of the step is running. */
  attempt_id: string | null;
  status: "completed" | "failed";
  output: unknown;
  error_message: string | null;
  /** The lines of its log that say why it failed; null where it did not, or none says it. */
  why: Why | null;
  exit_code: number | null;
  signal: string | null;
  /** True for the end of a wait, which people may have ended before. */
  waited: boolean;
  /** Milliseconds until another attempt; null: there is none. */
  again_after_ms: number | null;
  log: LogRest[];
  artifacts: KeptFile[];
  /** Null where the run shares its project's folder, or nothing ran there. */
  files: FilesFacts | null;
  /** Only for agents: how the session ends. */
  session: {
    status: "completed" | "failed" | "cancelled";
    usage: AgentUsage | null;
    /** Milliseconds that the agent was at work; absent: as last told. */
    worked_ms?: number;
  } | null;
}

/** The end of an attempt without a result, log or files. */
export const NOTHING_GIVEN = {
  kind: "ended",
  output: null,
  why: null,
  exit_code: null,
  signal: null,
  waited: false,
  again_after_ms: null,
  log: [],
  artifacts: [],
  files: null,
  session: null,
} as const satisfies Partial<EndedEntry>;

/** A step was skipped; its attempt that waits ends too. */
export interface SkippedEntry extends OfStep {
  kind: "skipped";
}

/** The agent of a step was silent for too long, or speaks again. */
export interface StalledEntry extends OfStep {
  kind: "stalled";
  stalled: boolean;
}

/** What a running agent has used so far, as its own numbers say; `worked_ms` is the time that it was at work. */
export interface UsedEntry extends OfStep {
  kind: "used";
  usage: AgentUsage | null;
  worked_ms: number;
}

/** Somebody decided an approval. Where that ends the approval, an `ended` entry follows. */
export interface DecidedEntry extends OfStep {
  kind: "decided";
  attempt: number;
  /** Id of the review that says so. */
  review_id: string;
  user_id: string;
  user_name: string;
  decision: Decision;
  note: string | null;
  answer: unknown;
  /** The commit with the run's files that the decision holds for; null where the run has none. */
  snapshot: string | null;
  is_last: boolean;
}

/** A change of the run itself. */
export type RunEntry =
  /** A worker claimed the run; `starts`: the run was pending. */
  | { kind: "claimed"; worker_id: string; epoch: number; starts: boolean }
  /** The worker released the run; `rests`: the run takes no room in its project. */
  | { kind: "released"; rests: boolean }
  /** `over_budget`: a limit of the run's budget was reached. */
  | { kind: "paused"; over_budget?: OverBudget }
  /** `budget`: what the run may use from now on. */
  | { kind: "resumed"; budget?: Budget }
  | { kind: "cancelled"; reason: string }
  /** The run starts again from this position of its steps; `revision`: with another one. */
  | { kind: "retried"; position: number; revision: number | null }
  /** Somebody requested changes: the run goes on from this position of its steps, with its files as they are. */
  | { kind: "reworked"; position: number; review_id: string }
  /** The run's files have what its base has by now. The counts are against that base. */
  | ({ kind: "base_merged"; snapshot: string } & Omit<FilesFacts, "before" | "after" | "branch">)
  /** All steps have ended. This also ends the worker's claim. */
  | { kind: "finished"; status: "completed" | "failed"; error_message: string | null; output: unknown };

export type StepEntry = StartedEntry | EndedEntry | SkippedEntry | StalledEntry | UsedEntry | DecidedEntry;
export type Entry = StepEntry | RunEntry;

/** The text without U+0000 and halves of surrogate pairs, which Postgres cannot store. */
export function plainText(text: string | null): string | null {
  return text === null ? null : text.replace(/[\0\p{Surrogate}]/gu, "\uFFFD");
}

export const isStepEntry = (entry: Entry): entry is StepEntry => "row_id" in entry;

/** The run's status after the entry; null where it stays the same. */
export function statusOf(entry: RunEntry): RunStatus | null {
  switch (entry.kind) {
    case "claimed":
      return entry.starts ? "running" : null;
    case "released":
    case "reworked":
    case "base_merged":
      return null;
    case "resumed":
      return "running";
    case "retried":
      return "pending";
    case "finished":
      return entry.status;
    default:
      return entry.kind;
  }
}
