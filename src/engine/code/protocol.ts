/*
 * What the engine and the process of a definition's code say to each other, as JSON over the process's channel.
 */

/** What a definition in TypeScript says of itself, in the words of one in YAML. */
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
  /** The option of `defineWorkflow` that it is about; the place is then that of the call. */
  option?: string;
  /** What of the option, as in `on.schedule[0].cron`; where it is absent, all of it. */
  path?: string;
  /** What may stand there, where that is one thing. */
  expected?: string | null;
}

/** Asks the host to bundle a file and to say what it defines. */
export interface LoadRequest {
  do: "load";
  /** Absolute. */
  file: string;
  /** The project's folder. */
  root: string;
}

/** Ahead of the answer: the author's files, absolute, so that they are known whatever comes of evaluating them. */
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
      /** The author's files that it was made from, absolute. */
      files: string[];
    }
  | { ok: false; faults: CodeFault[]; files: string[] };

/** Asks the host to run a definition from its start; steps that have ended give their recorded results. */
export interface RunRequest {
  do: "run";
  /** Of the pinned revision. */
  bundle: string;
  /** Absolute; where the file was, for the lines of its traces. */
  file: string;
  root: string;
  args: Record<string, unknown>;
  run: { id: string; name: string; number: number };
  project: { id: string; name: string; slug: string };
}

/** How a step ended, as it is told to the code. */
export interface TellOutcome {
  status: "completed" | "failed" | "skipped";
  output: unknown;
  attempt: number;
  error_message: string | null;
}

/** What a step's function is given. */
export interface FunctionFacts {
  secrets: Record<string, string>;
  env: Record<string, string>;
  attempt: number;
  idempotencyKey: string;
}

export type ToHost =
  | RunRequest
  | { answer: number; outcome: TellOutcome | null }
  /** The call itself was wrong, or the run does not get to it. */
  | { answer: number; refusal: string }
  /** The function of this step is to run now. */
  | { go: string; given: FunctionFacts }
  | { ping: true };

export type StepCallKind = "script" | "agent" | "function" | "approval";

export type FromHost =
  /** The process is there, and takes up the author's code from here on. */
  | { ready: true }
  | { call: number; step: string; kind: StepCallKind; options: Record<string, unknown> }
  | { call: number; sleep: string; duration: string }
  | { call: number; keep: string; path: string; name: string | null }
  | { call: number; phase: string }
  | { call: number; comment: string; key: string }
  /** What a step's function gave or threw. `ahead`: the code goes on with it while it is recorded. */
  | { result: string; ok: true; output: unknown; ahead: boolean }
  | { result: string; ok: false; error: string }
  | { end: true; ok: true; output: unknown }
  | { end: true; ok: false; error: string }
  | { pong: true }
  /** The code itself has printed this, outside of any step's function. */
  | { print: "stdout" | "stderr"; text: string };

/** What is kept of what the code of a run prints by itself, as its log has it. */
export const CODE_LOG_BYTES = 1024 * 1024;

/** Exit code of a host whose channel is closed. */
export const DISCONNECTED = 86;

/** A definition's code in a process of its own. */
export interface CodeChannel {
  /** `sent` is called once it has left for the process, or cannot. */
  send(message: ToHost, sent?: () => void): void;
  /** What comes is still to be read. */
  onMessage(listener: (message: unknown) => void): void;
  onOutput(listener: (stream: "stdout" | "stderr", bytes: Buffer) => void): void;
  /** Called once, with why it ended, where nobody closed it. */
  onExit(listener: (why: string) => void): void;
  /** Ends the process with all that it started. */
  close(): Promise<void>;
}
