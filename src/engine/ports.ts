import type { Clock } from "../lib/clock";
import type { CodeChannel } from "./code/protocol";
import type { CompiledDefinition, CompiledStep } from "./definition/types";
import type { LogFileType } from "./logs/log-files";
import type { Mask } from "./logs/mask/mask";
import type { ApprovalRequest, RunStatus, StepKind, StepStatus, WaitingFor } from "./states";

/** What a run is, fixed by its row and its pinned revision. */
export interface RunFacts {
  id: string;
  name: string;
  /** In its project. */
  number: number;
  args: Record<string, unknown>;
  /** `path` is the project's absolute folder. */
  project: { id: string; name: string; slug: string; path: string };
  definition: CompiledDefinition;
}

/** The right to move a run. Every write names it and is refused with `ClaimLost` once a later one was made. */
export interface Claim {
  run: RunFacts;
  epoch: number;
  worker_id: string;
}

export interface StepState {
  /** Id of the step's row; `step_id` is the definition's. */
  row_id: string;
  step_id: string;
  /** It has no row yet: the code of a definition asks for it first now. */
  is_new?: boolean;
  status: StepStatus;
  /** Number of the newest attempt; 0 before the first. */
  attempt: number;
  output: unknown;
  /** The output is large and was left in its row, so `output` is null; `readOutput` gives it. */
  output_left?: boolean;
  error_message: string | null;
  /** Attempts since the run was last started; what `retry` counts. */
  tries: number;
  /** When the newest attempt ended, in milliseconds of this process's clock. */
  ended_at: number | null;
  /** The attempt that is recorded as running, by this claim or by one that was lost. */
  running_attempt_id: string | null;
  /** Set where that attempt waits, and no process works on it. */
  waiting_for: WaitingFor | null;
  /** When the wait is over by itself, in milliseconds of this process's clock. */
  wake_at: number | null;
}

/** `steps` are in the definition's order. */
export interface RunState {
  status: RunStatus;
  current_phase: string | null;
  steps: StepState[];
}

interface ResultFacts {
  output: unknown;
  exit_code: number | null;
  signal: string | null;
  usage?: AgentUsage | null;
}

export type RecordedResult =
  | (ResultFacts & { status: "completed" })
  | (ResultFacts & {
      status: "failed";
      error_message: string;
      /** Another attempt would end the same way, so none is made. */
      is_final?: boolean;
    });

/** How an attempt ended. `stopped`: it was ended from outside and has no result of its own. */
export type StepResult = RecordedResult | { status: "stopped" };

/** What an agent says it has used, under its own names. */
export type AgentUsage = Record<string, unknown>;

export interface LogChunk {
  type: LogFileType;
  /** Of its first byte in the log. */
  offset: number;
  bytes: Buffer;
}

/** How a log is left that nothing is written to any more. */
export interface LogEnd {
  /** It is files by now that are on disk, so the live bytes can go. */
  sealed: boolean;
  /** Live bytes that are no rows yet: they become some with the attempt's end, and are the log until it is files. */
  rest: LogChunk[];
}

/** What an attempt leaves behind, whatever became of it. */
export interface AttemptRemains {
  step: StepState;
  attempt_id: string;
  log: LogEnd;
  /** Files that are kept already; their rows are still to be made. */
  artifacts: KeptFile[];
  /** Of an agent's attempt, whose session ends with it. */
  session?: { usage: AgentUsage | null };
}

export interface FinishedAttempt extends AttemptRemains {
  result: RecordedResult;
  /** The step goes back to pending for another attempt. */
  again: boolean;
  /** How long that one waits. */
  again_after_ms?: number;
}

/** A file that a step made, as it is kept. */
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

export interface StartedAttempt {
  step: StepState;
  definition: CompiledStep;
  attempt_id: string;
  number: number;
  /** The attempt is a wait; null: a process works on it. */
  waiting: { for: WaitingFor; wake_after_ms: number; request: ApprovalRequest | null } | null;
}

/**
 * A change of plain starts and ends, kept in one small write until a later change records it: no crash loses it, so what
 * starts in it may begin. Whoever claims the run next, or ends it, records it first.
 */
export interface Checkpoint {
  /** Its place among those of the claim. */
  ordinal: number;
  finished: FinishedAttempt[];
  started: StartedAttempt[];
}

/** One transaction's worth of progress. */
export interface Change {
  /** All that are not recorded yet, ahead of the rest. */
  checkpoints: Checkpoint[];
  finished: FinishedAttempt[];
  skipped: StepState[];
  started: StartedAttempt[];
  /** `output`: what the code of a definition in TypeScript returned. */
  ended: { status: "completed" | "failed"; error_message: string | null; output?: unknown } | null;
  steps_ended: number;
}

export type ClaimResult =
  /** `state` is without `change`, which was recorded with the claim. */
  | { kind: "claimed"; claim: Claim; state: RunState; change: Change | null }
  /** Another claim is alive; whoever gives it up looks whether the run wants to go on. */
  | { kind: "busy" }
  /** Nothing to do: ended, paused, no room in the project, or no such run. `over`: it ended while nobody held it. */
  | { kind: "idle"; over?: Claim };

/** Rows, the only truth. Methods throw `ClaimLost`, `StoreUnavailable`, or what is a fault of the engine. */
export interface RunStore {
  /** `first` tells what the run starts with, to be recorded with the claim; it may be asked more than once. */
  claim(runId: string, first?: (claim: Claim, state: RunState) => Change | null): Promise<ClaimResult>;
  /**
   * The rows, with every checkpoint recorded in them. With `floor`, what was sent before and comes later is refused: a
   * checkpoint by its lower ordinal, a record since it has not seen that floor.
   */
  load(claim: Claim, floor?: number): Promise<RunState>;
  /** Throws where the claim is void. */
  confirm(claim: Claim): Promise<void>;
  /** False where the run does not go on as it was last seen, and nothing is kept: the record says why. */
  checkpoint(claim: Claim, checkpoint: Checkpoint): Promise<boolean>;
  /**
   * Writes the change with its events. Returns the run's status; where that is `paused` only `finished` and the
   * checkpoints were written, where it is neither `running`, `paused` nor `ended`'s nothing was. Ending gives the
   * claim up.
   */
  record(claim: Claim, change: Change): Promise<RunStatus>;
  /**
   * Gives the claim up and queues the run again where it wants to go on, after `after_ms`; not with `requeue`
   * false, where the caller's job is tried again by itself. `waiting`: it rests, and takes no room in its project, until
   * that time or until one of these rows of steps waits no more; where one does not by now it is queued at once. `remains`: of attempts whose end is not recorded. A run that was
   * cancelled meanwhile is queued too, for whoever clears up, unless that is done: `cleared`.
   */
  release(
    claim: Claim,
    options?: {
      after_ms?: number;
      requeue?: false;
      remains?: AttemptRemains[];
      waiting?: string[];
      cleared?: boolean;
    },
  ): Promise<void>;
}

/** A later claim was made, or the run is gone: nothing that this process does for it counts any more. */
export class ClaimLost extends Error {
  override readonly name = "ClaimLost";
}

/** The store cannot be reached for now, and whether the write was made is not known. */
export class StoreUnavailable extends Error {
  override readonly name: string = "StoreUnavailable";
}

/** The rows have moved on since they were read, as a decision does that comes meanwhile. */
export class StaleState extends StoreUnavailable {
  override readonly name = "StaleState";
}

/** Why a step in flight is ended from outside. */
export type StopReason = "cancelled" | "lost" | "handover";

/** What reaches the engine from outside while it holds a claim. */
export interface Hold {
  /** Aborted with a `StopReason`. */
  signal: AbortSignal;
  close(): void;
}

/** The logs of one attempt. */
export interface StepLog {
  /** Resolves once there is room for more, so that a reader of a pipe can wait. */
  write(stream: "stdout" | "stderr", bytes: Buffer): Promise<void> | undefined;
  /** What an agent tells of its work, masked already. Resolves as `write` does. */
  update(update: unknown): Promise<void> | undefined;
  /** A line of our own, without its line end. */
  system(text: string): void;
  /** Ends the log with the two files that tell of the result. */
  seal(result: RecordedResult): Promise<LogEnd>;
  /** Keeps what there is as it is: the attempt goes on elsewhere, or is not ours any more. */
  leave(): Promise<void>;
  /** Lets go of it: the attempt has not begun, and will not. */
  discard(): void;
}

export interface AttemptRef {
  claim: Claim;
  step: CompiledStep;
  attempt_id: string;
  number: number;
  /** An earlier worker was interrupted in this attempt. */
  resumed: boolean;
  /** Settles once the attempt is in the rows, which what is written of it may refer to; absent: it is. */
  recorded?: Promise<void> | undefined;
}

export interface StepLogs {
  /** `input` is the resolved step, kept as input.json. What is written is masked; `input` is already. */
  open(attempt: AttemptRef, input: unknown, mask: Mask): Promise<StepLog>;
  /** Has files made now that wait for others, as a run rests or ends. Resolves once they are, where they are few. */
  settle(): Promise<void>;
}

/** How far the code has come in a pass: steps that it has asked for, and what it has printed since, in pieces. */
export interface CodeLogPlace {
  steps: number;
  prints: number;
}

/** The log of what a definition's code prints by itself: one a run, which every pass goes on with. */
export interface CodeLogStore {
  /** Its size in bytes, and the place in the code that it has come to. Waits while the store is away, until `signal` aborts. */
  open(claim: Claim, signal: AbortSignal): Promise<{ size: number; place: CodeLogPlace }>;
  /** Waits as `open`; throws `ClaimLost` where the claim is void. `place`: where the code is behind these bytes. */
  append(
    claim: Claim,
    chunk: { offset: number; bytes: Buffer; place: CodeLogPlace },
    signal: AbortSignal,
  ): Promise<void>;
}

/** Keeps the files that a step made: what its globs match, and what is in its folder for them. */
export interface StepArtifacts {
  /**
   * What could not be kept is said in the log and fails nothing. Throws `ClaimLost` where the signal says so;
   * on a hand-over it ends early.
   */
  collect(attempt: AttemptRef, log: StepLog, signal: AbortSignal): Promise<KeptFile[]>;
}

/** A project's secrets as they are at this moment. */
export interface Secrets {
  /** By name; null where the value cannot be read any more. */
  values: ReadonlyMap<string, string | null>;
  /** Hides all of them. */
  mask: Mask;
}

export interface StepContext extends AttemptRef {
  log: StepLog;
  /** Values of the secrets that the step names, by name. */
  secrets: Record<string, string>;
  /** Hides the project's secrets in what a runner keeps by itself; the log and the result are masked anyway. */
  mask: Mask;
  signal: AbortSignal;
  /** To be awaited right ahead of the body, and of what is made for it. Throws `ClaimLost` where the process was frozen and the run is another's. */
  confirm(): Promise<void>;
  /** To be called once the body is on its way: what need not come before it is done from then on. */
  started(): void;
}

/** Runs one attempt of its kind. A failure is a result; what it throws is a fault of the engine. */
export type StepRunner = (context: StepContext) => Promise<StepResult>;

export interface Workspace {
  /** Ends what an interrupted attempt may have left running, and removes what it was only to have for a while. */
  clear(claim: Claim): Promise<void>;
  /** Keeps what the run is made from in its folder. Never rejects: the rows are the truth. */
  snapshot(claim: Claim): Promise<void>;
  /** The claim is given up as lost: what its attempts were given goes, since whoever ends the run may have done so. */
  abandon(claim: Claim): Promise<void>;
  /** The run ends, or has: what only its attempts needed can go, and what was cut off in being written. */
  finish(claim: Claim): Promise<void>;
}

export interface EnginePorts {
  store: RunStore;
  logs: StepLogs;
  artifacts: StepArtifacts;
  /** Waits while the store is away; throws `ClaimLost` where the signal says so. */
  secrets(claim: Claim, signal: AbortSignal): Promise<Secrets>;
  runners: Partial<Record<StepKind, StepRunner>>;
  /** Starts the process of a definition's code. */
  code(claim: Claim): CodeChannel;
  codeLogs: CodeLogStore;
  /** What the row of a step has as its output. Waits while the store is away; throws `ClaimLost` where the claim is lost. */
  readOutput(claim: Claim, row_id: string): Promise<unknown>;
  /** Writes a comment on the run, once for each key. */
  comment(claim: Claim, key: string, text: string): Promise<void>;
  workspace: Workspace;
  hold(claim: Claim): Hold;
  /** True once no step is to be started any more, because the process is about to stop. */
  draining(): boolean;
  clock: Clock;
  newId(): string;
}
