import type { AgentUsage, EndedEntry, Entry, KeptFile, LogRest } from "../journal/entry";
import type { RunState } from "../journal/run-state";
import type { Clock } from "../lib/clock";
import type { CodeChannel } from "./code/protocol";
import type { CompiledDefinition, CompiledStep } from "./definition/types";
import type { Mask } from "./logs/mask/mask";
import type { LogType, RunStatus, StepKind } from "./states";

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

export interface LogChunk {
  type: LogType;
  /** Of its first byte in the log. */
  offset: number;
  bytes: Buffer;
}

/** What an attempt leaves behind, whatever became of it. */
export type AttemptRemains = Pick<EndedEntry, "row_id" | "step_id" | "attempt_id" | "log" | "artifacts">;

export type ClaimResult =
  /** `entries` were recorded with the claim; `state` is behind them. */
  | { kind: "claimed"; claim: Claim; state: RunState; entries: Entry[] }
  /** Another claim is alive; whoever gives it up looks whether the run wants to go on. */
  | { kind: "busy" }
  /** Nothing to do: ended, paused, no room in the project, or no such run. `over`: it ended while nobody held it. */
  | { kind: "idle"; over?: Claim };

/** What came of an `advance`. */
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

/** Rows, the only truth. Methods throw `ClaimLost`, `StoreUnavailable`, or what is a fault of the engine. */
export interface RunStore {
  /** `first` tells what the run starts with, to be recorded with the claim; it may be asked more than once. */
  claim(runId: string, first?: (claim: Claim, state: RunState) => Entry[]): Promise<ClaimResult>;
  /** The rows, with all that is kept projected into them. What was sent with a lower floor and comes later is refused. */
  load(claim: Claim, floor: number): Promise<RunState>;
  /** Throws where the claim is void. */
  confirm(claim: Claim): Promise<void>;
  /**
   * Keeps entries, as the `ordinal`-th of the claim, in one small write. False where the run does not go on as it was
   * last seen: `record` says why.
   */
  keep(claim: Claim, floor: number, ordinal: number, entries: Entry[]): Promise<boolean>;
  /**
   * Projects what is kept and these entries. Gives the run's status; where that is `paused` only what is kept and ends
   * of attempts were written, where the run was ended by somebody else nothing was. Ending gives the claim up. Throws
   * `StaleState` where a wait has ended meanwhile, or after a `load` with a higher floor.
   */
  record(claim: Claim, floor: number, entries: Entry[]): Promise<RunStatus>;
  /** Gives the claim up, and queues the run where it wants to go on. */
  release(claim: Claim, options?: ReleaseOptions): Promise<void>;
}

export interface ReleaseOptions {
  /** It goes on after so long, in milliseconds. */
  after_ms?: number;
  /** Not queued: the caller's job is tried again by itself. */
  requeue?: false;
  /** Of attempts whose end is not recorded. */
  remains?: AttemptRemains[];
  /**
   * It rests, and takes no room in its project, until `after_ms` or until one of these rows of steps waits no more;
   * where one does not by now it is queued at once.
   */
  waiting?: string[];
  /** Of a run that was cancelled: its files are cleared up, so nobody has to come for that. */
  cleared?: boolean;
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
  /** Ends the log with the two texts that tell of the result. Gives what of it is no row yet. */
  end(result: RecordedResult): Promise<LogRest[]>;
  /** Keeps what there is as it is: the attempt goes on elsewhere, or is not ours any more. */
  leave(): Promise<void>;
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
