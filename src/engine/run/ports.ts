import type { RunState } from "../../journal/run-state";
import type { Clock } from "../../lib/clock";
import type { AgentUsage, EndedEntry, Entry, FilesFacts, KeptFile, LogRest } from "../../model/entry";
import type { LogType, RunStatus, SaidComment, StepKind, WorkspaceKind } from "../../model/states";
import type { CodeChannel } from "../code/protocol";
import type { CompiledDefinition, CompiledStep } from "../definition/types";
import type { Report } from "../logs/errors/reports";
import type { Mask } from "../logs/mask/mask";
import type { RecentLine } from "../logs/recent-lines";

/** What somebody asked to be changed; `$PHASEBOARD_REVIEW` names a file with it. */
export interface RunReview {
  by: string;
  text: string | null;
  comments: SaidComment[];
}

/** What a run is made from, fixed by its row and its pinned revision. */
export interface RunFacts {
  id: string;
  name: string;
  /** The run's number in its project. */
  number: number;
  args: Record<string, unknown>;
  /**
   * `path` is the project's absolute folder; `user_number` tells the user of its processes, see `box/`. A step may write
   * `log_bytes` to its log.
   */
  project: { id: string; name: string; slug: string; path: string; user_number: number; log_bytes: number };
  workspace: WorkspaceKind;
  /** The absolute folder in which the run works; see `runWorkingDirectory`. */
  folder: string;
  /** The branch, tag or commit to begin from; null: the project's main branch. */
  base: string | null;
  /** The commit that the workspace began from, where an earlier claim has said so. */
  base_commit: string | null;
  /** The review by which the run last went back; null: none has since it was started. */
  review: RunReview | null;
  definition: CompiledDefinition;
}

/** A worker's right to move a run. Each write names it; after a later claim such a write throws `ClaimLost`. */
export interface Claim {
  run: RunFacts;
  epoch: number;
  worker_id: string;
}

interface ResultFacts {
  output: unknown;
  exit_code: number | null;
  signal: string | null;
  usage?: AgentUsage | null;
  /** Milliseconds that the step's agent was at work. */
  worked_ms?: number;
}

export type RecordedResult =
  | (ResultFacts & { status: "completed" })
  | (ResultFacts & {
      status: "failed";
      error_message: string;
      /** True where another attempt would fail the same way, so none is made. */
      is_final?: boolean;
    });

/** How an attempt ended. `stopped`: it was ended from outside and has no result. */
export type StepResult = RecordedResult | { status: "stopped" };

export interface LogChunk {
  type: LogType;
  /** Offset of the first byte in the log. */
  offset: number;
  bytes: Buffer;
}

/** What an attempt leaves behind, however it ended. */
export type AttemptRemains = Pick<
  EndedEntry,
  "row_id" | "step_id" | "attempt_id" | "log" | "artifacts" | "files"
>;

export type ClaimResult =
  /** `entries` were recorded together with the claim; `state` includes them. */
  | { kind: "claimed"; claim: Claim; state: RunState; entries: Entry[] }
  /** Another claim is alive. When it is released, the run is queued again if it can go on. */
  | { kind: "busy" }
  /**
   * Nothing to do: the run has ended, is paused, has no room in its project or does not exist. `over`: it ended without
   * a claim, so its files are still to be cleaned up.
   */
  | { kind: "idle"; over?: Claim };

/** How a call of `advance` ended. */
export type AdvanceOutcome =
  | "busy"
  | "idle"
  | "completed"
  | "failed"
  | "cancelled"
  | "paused"
  | "waiting"
  | "handed-over"
  | "lost";

/** The rows of runs: the only truth. Methods throw `ClaimLost`, `StoreUnavailable`, or a fault of the engine. */
export interface RunStore {
  /** Claims the run. `first` gives the entries to record with the claim; it may be called more than once. */
  claim(runId: string, first?: (claim: Claim, state: RunState) => Entry[]): Promise<ClaimResult>;
  /** Projects all kept entries and reads the rows. Later writes that were sent with a lower floor are refused. */
  load(claim: Claim, floor: number): Promise<RunState>;
  /** Throws `ClaimLost` where the claim is void. */
  confirm(claim: Claim): Promise<void>;
  /**
   * Keeps entries in one small row, number `ordinal` of the claim. False, with nothing written, where the run was
   * paused, cancelled or changed since it was read; `record` then says why.
   */
  keep(claim: Claim, floor: number, ordinal: number, entries: Entry[]): Promise<boolean>;
  /**
   * Projects kept entries and these, and gives the run's status. A paused run only takes ends of attempts, an ended run
   * nothing. A `finished` entry gives the claim up. Throws `StaleState` where a wait has ended meanwhile, or a `load`
   * raised the floor.
   */
  record(claim: Claim, floor: number, entries: Entry[]): Promise<RunStatus>;
  /** Gives the claim up, and queues the run where it can go on. */
  release(claim: Claim, options?: ReleaseOptions): Promise<void>;
}

export interface ReleaseOptions {
  /** Milliseconds after which the run goes on. */
  after_ms?: number;
  /** The run is not queued: the job of the caller is tried again by itself. */
  requeue?: false;
  /** Files and logs of attempts whose end is not recorded. */
  remains?: AttemptRemains[];
  /**
   * The run rests, and takes no room in its project, until `after_ms` or until one of these step rows stops waiting. If
   * one already has, the run is queued at once.
   */
  waiting?: string[];
  /** The files of a cancelled run are cleaned up, so no other worker has to do that. */
  cleared?: boolean;
}

/** A later claim was made or the run was deleted: this process must not act for the run any more. */
export class ClaimLost extends Error {
  override readonly name = "ClaimLost";
}

/** The store is out of reach, and whether the last write was made is unknown. */
export class StoreUnavailable extends Error {
  override readonly name: string = "StoreUnavailable";
}

/** The rows changed since they were read, for example by a decision. */
export class StaleState extends StoreUnavailable {
  override readonly name = "StaleState";
}

/** Why running attempts are ended from outside. */
export type StopReason = "cancelled" | "lost" | "handover";

/** The signals from outside for one claim. */
export interface Hold {
  /** Aborted with a `StopReason`. */
  signal: AbortSignal;
  close(): void;
}

/** The log of one attempt. */
export interface StepLog {
  /** Resolves when there is room for more, so that the reader of a pipe can wait; undefined: there is room. */
  write(stream: "stdout" | "stderr", bytes: Buffer): Promise<void> | undefined;
  /** An agent's update, already masked. Resolves as `write` does. */
  update(update: unknown): Promise<void> | undefined;
  /** A line from Phaseboard itself, without its line end. */
  system(text: string): void;
  /** Ends the log and its output and summary files. Gives the bytes that are not in rows yet. */
  end(result: RecordedResult): Promise<LogRest[]>;
  /** Its newest lines with their numbers, in which errors are looked for. Complete after `end`. */
  lines(): RecentLine[];
  /** Keeps the log as it is: the attempt goes on in another process, or its claim is void. */
  leave(): Promise<void>;
}

export interface AttemptRef {
  claim: Claim;
  step: CompiledStep;
  attempt_id: string;
  number: number;
  /** True where an earlier worker was interrupted in this attempt. */
  resumed: boolean;
  /** Resolves once the attempt has its row, which rows of its log refer to. Absent: it has. */
  recorded?: Promise<void> | undefined;
}

export interface StepLogs {
  /** Opens the log. `input`: the resolved step, already masked, kept as input.json. All that is written is masked. */
  open(attempt: AttemptRef, input: unknown, mask: Mask): Promise<StepLog>;
}

/** The code's place in a pass: how many steps it has asked for, and how often it printed since the last one. */
export interface CodeLogPlace {
  steps: number;
  prints: number;
}

/** The log of what a definition's code prints. A run has one, and each pass appends to it. */
export interface CodeLogStore {
  /** The size in bytes and the place of the log's end. Waits while the store is away, until `signal` aborts. */
  open(claim: Claim, signal: AbortSignal): Promise<{ size: number; place: CodeLogPlace }>;
  /** Appends bytes; `place` is the code's place after them. Waits as `open` does; throws `ClaimLost`. */
  append(
    claim: Claim,
    chunk: { offset: number; bytes: Buffer; place: CodeLogPlace },
    signal: AbortSignal,
  ): Promise<void>;
}

/**
 * What was kept of an attempt's files; `refusal`: why it fails for those that were not. `reports`: what those say that
 * may be reports of tests.
 */
export interface KeptFiles {
  files: KeptFile[];
  reports: Report[];
  refusal: string | null;
}

/** Keeps the files of a step: those that its globs match, and those in its artifacts folder. */
export interface StepArtifacts {
  /**
   * A file that cannot be kept is named in the log, and is no failure unless the project is over its quota. Waits where
   * the disk is full. Throws `ClaimLost` where lost; a hand-over ends it early. `reports`: those are to be read.
   */
  collect(
    attempt: AttemptRef,
    log: StepLog,
    signal: AbortSignal,
    options: { reports: boolean },
  ): Promise<KeptFiles>;
}

/** The secrets of a project at this moment. */
export interface Secrets {
  /** Values by name; null where a value cannot be decrypted. */
  values: ReadonlyMap<string, string | null>;
  /** Hides all of the project's secrets. */
  mask: Mask;
}

export interface StepContext extends AttemptRef {
  log: StepLog;
  /** The secrets that the step names, by name. */
  secrets: Record<string, string>;
  /** Hides the project's secrets in files that a runner writes. The log and the result are masked by the caller. */
  mask: Mask;
  signal: AbortSignal;
  /**
   * Call right before the body starts, and before files are made for it. Throws `ClaimLost` where this process stood
   * still and another worker has the run.
   */
  confirm(): Promise<void>;
  /** Call once the body runs; work that need not come before it starts then. */
  started(): void;
}

/** Runs one attempt of its kind. A failure is a result; an error that it throws is a fault of the engine. */
export type StepRunner = (context: StepContext) => Promise<StepResult>;

/** An attempt at work in its run's files. */
export interface FilesVisit {
  /**
   * The attempt has ended: keeps the files as they are now. Null where they are the project's own, or `keep` is false.
   */
  end(keep: boolean): Promise<FilesFacts | null>;
  /** Call after `end`: the attempt is made again, from the files as it found them. */
  goBack(): void;
  /** The attempt goes on elsewhere, or its claim is void: the files count as unfinished. */
  leave(): void;
}

/** The files of runs: each in a clone or copy of its project, or in the project's folder itself. */
export interface RunFiles {
  /** Makes the run's folder where it has none, for the process of a definition's code. A refusal is a reason for people. */
  prepare(claim: Claim): Promise<{ refusal: string } | null>;
  /**
   * Makes the run's folder where it has none. At a claim's first visit, and before an attempt that is made again, the
   * files become what they are to be; `snapshot` says it at the first. While others are at work there they stay as they
   * are. `setUp` runs the definition's set-up in a new folder. A refusal is a reason for people.
   */
  visit(
    attempt: AttemptRef,
    snapshot: string | null,
    log: StepLog,
    setUp: () => Promise<StepResult>,
  ): Promise<FilesVisit | { refusal: string }>;
}

export interface Workspace {
  /** Ends processes that an interrupted attempt left running, and removes its temporary files. */
  clear(claim: Claim): Promise<void>;
  /** Writes the run's definition and args into its folder. Never rejects: the rows are the truth. */
  describe(claim: Claim): Promise<void>;
  /** The claim is lost: removes its attempts' temporary files, since the run may have ended elsewhere. */
  abandon(claim: Claim): Promise<void>;
  /** The run ends or has ended: removes temporary files and half-written ones. */
  finish(claim: Claim): Promise<void>;
}

export interface EnginePorts {
  store: RunStore;
  logs: StepLogs;
  artifacts: StepArtifacts;
  /**
   * Waits while the store is away; throws `ClaimLost` where the signal says so. `used`: the names whose values a step
   * gets, which is kept in the audit record.
   */
  secrets(claim: Claim, signal: AbortSignal, used: readonly string[]): Promise<Secrets>;
  runners: Partial<Record<StepKind, StepRunner>>;
  /** Starts the process of a definition's code. */
  code(claim: Claim): CodeChannel;
  codeLogs: CodeLogStore;
  /** The output in a step's row. Waits while the store is away; throws `ClaimLost` where the claim is lost. */
  readOutput(claim: Claim, row_id: string): Promise<unknown>;
  /** Writes a comment on the run, once per key. */
  comment(claim: Claim, key: string, text: string): Promise<void>;
  workspace: Workspace;
  files: RunFiles;
  hold(claim: Claim): Hold;
  /** True once this process is about to stop and must not start steps. */
  draining(): boolean;
  clock: Clock;
  newId(): string;
}
