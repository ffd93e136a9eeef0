/*
 * What the engine and the process of a definition's code say to each other, as JSON over the process's channel.
 */

/** What a definition in TypeScript says of itself. */
export interface CodeDescription {
  name: string;
  description: string;
  phases: string[];
  args_schema: Record<string, unknown> | null;
  is_template: boolean;
}

/** A place in the author's file; lines and columns count from 1. */
export interface CodeFault {
  /** Absolute; null where it is not known. */
  file: string | null;
  line: number;
  column: number;
  message: string;
}

/** Asks the host to bundle a file and to say what it defines. */
export interface LoadRequest {
  do: "load";
  /** Absolute. */
  file: string;
  /** The project's folder. */
  root: string;
}

export type LoadAnswer =
  | { ok: true; bundle: string; description: CodeDescription }
  | { ok: false; faults: CodeFault[] };

/** Asks the host to run a definition from its start; steps that have ended give their recorded results. */
export interface RunRequest {
  do: "run";
  /** Of the pinned revision. */
  bundle: string;
  /** Absolute; where the file was, for the lines of its traces. */
  file: string;
  root: string;
  args: Record<string, unknown>;
  run: { id: string; name: string };
  project: { id: string; name: string; slug: string };
}

/** How a step ended, as it is told to the code. */
export interface TellOutcome {
  status: "completed" | "failed" | "skipped";
  output: unknown;
  attempt: number;
  error_message: string | null;
}

export type ToHost =
  | RunRequest
  | { answer: number; outcome: TellOutcome | null }
  /** The call itself was wrong, or the run does not get to it. */
  | { answer: number; refusal: string }
  /** The function of this step is to run now. */
  | { go: string }
  | { ping: true };

export type StepCallKind = "script" | "agent" | "function" | "approval";

export type FromHost =
  | { call: number; step: string; kind: StepCallKind; options: Record<string, unknown> }
  | { call: number; sleep: string; duration: string }
  | { call: number; keep: string; path: string; name: string | null }
  | { call: number; phase: string }
  | { call: number; comment: string; key: string }
  /** What a step's function gave or threw. */
  | { result: string; ok: true; output: unknown }
  | { result: string; ok: false; error: string }
  | { end: true; ok: true; output: unknown }
  | { end: true; ok: false; error: string }
  | { pong: true };

/** A definition's code in a process of its own. */
export interface CodeChannel {
  send(message: ToHost): void;
  onMessage(listener: (message: FromHost) => void): void;
  onOutput(listener: (stream: "stdout" | "stderr", bytes: Buffer) => void): void;
  /** Called once, with why it ended, where nobody closed it. */
  onExit(listener: (why: string) => void): void;
  /** Ends the process with all that it started. */
  close(): Promise<void>;
}
