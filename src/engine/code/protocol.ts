/*
 * What the engine and the process of a definition's code say to each other, as JSON over the process's channel.
 */

/** What a definition in TypeScript says of itself, with the same keys as one in YAML. */
export interface CodeDescription extends Record<string, unknown> {
  args_schema: Record<string, unknown> | null;
  output_schema: Record<string, unknown> | null;
}

/** A place in the author's files; the file is absolute, lines and columns count from 1. */
export interface CodePlace {
  file: string;
  line: number;
  column: number;
}

export interface CodeFault extends CodePlace {
  message: string;
  /** The option of `defineWorkflow` that is wrong; the place is then that of the call. */
  option?: string;
  /** The path of the wrong value, as in `on.schedule[0].cron`; absent: the whole option. */
  path?: string;
  /** What is expected instead, where that can be said in one phrase. */
  expected?: string | null;
}

/** Asks the host to bundle a file and to say what it defines. */
export interface LoadRequest {
  do: "load";
  /** Absolute. */
  file: string;
  /** The project's folder. */
  root: string;
  /** Stands for what the file holds; absent: what it holds. */
  source?: string;
}

/** Sent before the answer, so that the author's files (absolute) are known even if evaluating them fails. */
export interface BundledFiles {
  bundled: string[];
}

export type LoadAnswer =
  | {
      ok: true;
      bundle: string;
      description: CodeDescription;
      /** Where `defineWorkflow` was called. */
      place: CodePlace;
      /** The author's files that the bundle was made from, absolute. */
      files: string[];
    }
  | { ok: false; faults: CodeFault[]; files: string[] };

/** Asks the host to run a definition from its start. */
export interface RunRequest {
  do: "run";
  /** The bundle of the pinned revision. */
  bundle: string;
  /** Absolute path of the definition's file, for the lines in its stack traces. */
  file: string;
  root: string;
  args: Record<string, unknown>;
  run: { id: string; name: string; number: number };
  project: { id: string; name: string; slug: string };
}

/** How a step ended, for its call in the code. */
export interface TellOutcome {
  status: "completed" | "failed" | "skipped";
  output: unknown;
  attempt: number;
  error_message: string | null;
}

/** What a step's function gets. */
export interface FunctionFacts {
  secrets: Record<string, string>;
  env: Record<string, string>;
  attempt: number;
  idempotencyKey: string;
}

export type ToHost =
  | RunRequest
  | { answer: number; outcome: TellOutcome | null }
  /** The call is refused, for a reason that people can read. */
  | { answer: number; refusal: string }
  /** Tells the host to run the function of this step. */
  | { go: string; given: FunctionFacts }
  | { ping: true };

export type StepCallKind = "script" | "agent" | "function" | "approval";

export type FromHost =
  /** The process is up and begins to run the author's code. */
  | { ready: true }
  | { call: number; step: string; kind: StepCallKind; options: Record<string, unknown> }
  | { call: number; sleep: string; duration: string }
  | { call: number; keep: string; path: string; name: string | null }
  | { call: number; phase: string }
  | { call: number; comment: string; key: string }
  /** What a step's function returned. `ahead`: the code goes on with it before it is recorded. */
  | { result: string; ok: true; output: unknown; ahead: boolean }
  | { result: string; ok: false; error: string }
  | { end: true; ok: true; output: unknown }
  | { end: true; ok: false; error: string }
  | { pong: true }
  /** Text that the code printed outside of any step's function. */
  | { print: "stdout" | "stderr"; text: string };

/** Size limit in bytes of the log of what a run's code prints. */
export const CODE_LOG_BYTES = 1024 * 1024;

/** Exit code of a host whose channel is closed. */
export const DISCONNECTED = 86;

/** The channel to the process that runs a definition's code. */
export interface CodeChannel {
  /** `sent` is called once the message has left, or cannot be sent. */
  send(message: ToHost, sent?: () => void): void;
  /** Messages are unchecked: the author's code can forge them. */
  onMessage(listener: (message: unknown) => void): void;
  onOutput(listener: (stream: "stdout" | "stderr", bytes: Buffer) => void): void;
  /** Called once with the reason when the process ends without `close`. */
  onExit(listener: (why: string) => void): void;
  /** Ends the process and all programs that it started. */
  close(): Promise<void>;
}
