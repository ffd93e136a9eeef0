/**
 * The facts of a run's progress. Each is one entry, and `project` alone turns entries into rows and events, whoever
 * they come from: the worker that holds the run, a person who cancels it, the reconciler that mends it. The entries
 * of quick steps are first kept as they are, one small row for each turn (`keepEntries`), and projected together some
 * ms later.
 *
 * An entry is plain JSON. Times are the database's; durations are milliseconds.
 */
import type { ApprovalRequest, Decision, LogType, RunStatus, StepKind, WaitingFor } from "../engine/states";

/** The step by the id of its row and by the one that its definition gives it. */
interface OfStep {
  row_id: string;
  step_id: string;
  /** When it was kept; absent: when it is projected. */
  at?: string;
}

/** Bytes of an attempt's log that are no row yet. */
export interface LogRest {
  type: LogType;
  /** Of the first byte in the log. */
  offset: number;
  base64: string;
}

/** A file that a step made and that is kept already; its row is made with the attempt's end. */
export interface KeptFile {
  /** The artifact's. */
  id: string;
  /** Of the entry that has the file deleted again where no row is made for it. */
  note_id: string;
  name: string;
  key: string;
  file_type: "image" | "video" | "document" | "code" | "other";
  mime_type: string;
  size_bytes: number;
  /** Of the content, in hex. */
  sha256: string;
}

/** What an agent says it has used, under its own names. */
export type AgentUsage = Record<string, unknown>;

/** An attempt began, or begins to wait. */
export interface StartedEntry extends OfStep {
  kind: "started";
  name: string;
  step_kind: StepKind;
  phase: string;
  /** The code of a definition asks for the step first now: it has no row yet. */
  is_new: boolean;
  attempt_id: string;
  number: number;
  /** Attempts of the step since the run was last started, without this one. */
  tries: number;
  worker_id: string;
  /** Key of the folder for its logs. */
  folder: string;
  /** No process works on it; it is over by itself after so long. */
  wait: { for: WaitingFor; after_ms: number; request: ApprovalRequest | null } | null;
  /** Of an agent's attempt: the session that is made for it. */
  session: { id: string; agent: string; transcript: string } | null;
}

/** An attempt ended. */
export interface EndedEntry extends OfStep {
  kind: "ended";
  /** Null where the step had none that runs. */
  attempt_id: string | null;
  status: "completed" | "failed";
  output: unknown;
  error_message: string | null;
  exit_code: number | null;
  signal: string | null;
  /** It was a wait, which others may have ended meanwhile. */
  waited: boolean;
  /** Another attempt follows after so long; null: none does. */
  again_after_ms: number | null;
  log: LogRest[];
  artifacts: KeptFile[];
  /** Of an agent's attempt: how its session ends. */
  session: { status: "completed" | "failed" | "cancelled"; usage: AgentUsage | null } | null;
}

/** The end of an attempt that gave nothing and left nothing. */
export const NOTHING_GIVEN = {
  kind: "ended",
  output: null,
  exit_code: null,
  signal: null,
  waited: false,
  again_after_ms: null,
  log: [],
  artifacts: [],
  session: null,
} as const satisfies Partial<EndedEntry>;

/** A step was passed over; an attempt of it that waited ends with it. */
export interface SkippedEntry extends OfStep {
  kind: "skipped";
}

/** The agent of a step has been silent for too long, or speaks again. */
export interface StalledEntry extends OfStep {
  kind: "stalled";
  stalled: boolean;
}

/** Somebody decided an approval; where that ends it, an `ended` follows. */
export interface DecidedEntry extends OfStep {
  kind: "decided";
  attempt: number;
  user_id: string;
  user_name: string;
  decision: Decision;
  note: string | null;
  answer: unknown;
  is_last: boolean;
}

/** What befell the run itself. */
export type RunEntry =
  /** A worker took it; `starts`: it was pending. */
  | { kind: "claimed"; worker_id: string; epoch: number; starts: boolean }
  /** The worker gave it up; `rests`: it takes no room in its project. */
  | { kind: "released"; rests: boolean }
  | { kind: "paused" }
  | { kind: "resumed" }
  | { kind: "cancelled"; reason: string }
  /** It is to go again from this position of its steps; `revision`: on another one. */
  | { kind: "retried"; position: number; revision: number | null }
  /** All of it has ended, and the worker's claim with it. */
  | { kind: "finished"; status: "completed" | "failed"; error_message: string | null; output: unknown };

export type StepEntry = StartedEntry | EndedEntry | SkippedEntry | StalledEntry | DecidedEntry;
export type Entry = StepEntry | RunEntry;

/** Postgres keeps no U+0000 and no half of a pair in a text. */
export function plainText(text: string | null): string | null {
  return text === null ? null : text.replace(/[\0\p{Surrogate}]/gu, "\uFFFD");
}

export const isStepEntry = (entry: Entry): entry is StepEntry => "row_id" in entry;

/** What the run is from then on; null where its status stays. */
export function statusOf(entry: RunEntry): RunStatus | null {
  switch (entry.kind) {
    case "claimed":
      return entry.starts ? "running" : null;
    case "released":
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
