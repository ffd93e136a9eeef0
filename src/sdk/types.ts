/*
 * The types of what a definition in TypeScript imports as `phaseboard`. `phaseboard types` writes this file into a
 * project as it stands, so it holds declarations alone.
 */
import type { output, ZodType } from "zod";

/** How a step ended, as the function that called it sees it. */
export interface StepOutcome<Output = unknown> {
  status: "completed" | "failed" | "skipped";
  output: Output;
  /** Number of the attempt that gave it, from 1. */
  attempt: number;
}

/** A text such as `500ms`, `30s`, `10m`, `2h` or `3d`. */
export type DurationText = string;

export interface StepOptions {
  /** Shown on the board; the id where it is left out. */
  name?: string;
  /** Default `30m`. */
  timeout?: DurationText;
  retry?: { attempts: number; delay?: DurationText; backoff?: "constant" | "exponential" };
  /** The outcome says `failed` instead of a `StepFailed` that is thrown. */
  continueOnError?: boolean;
}

interface ProcessOptions extends StepOptions {
  env?: Record<string, string>;
  /** Names of the project's secrets that it gets as variables. */
  secrets?: string[];
  /** Relative to the project. */
  workingDirectory?: string;
  /** Globs of files to keep when the step ends, also when it fails. */
  artifacts?: string[];
}

export interface ScriptOptions extends ProcessOptions {
  /** For the shell, as it stands; hand values in by `env`. */
  run: string;
}

export interface AgentOptions extends ProcessOptions {
  /** A name from the project's `.agent/agents.yaml`. */
  agent: string;
  prompt: string;
}

export interface ApproveOptions extends Omit<StepOptions, "retry"> {
  prompt: string;
  approvers?: { role?: "member" | "maintainer" | "owner"; count?: number; allowSelf?: boolean };
  /** JSON Schema of a form; its answer is the step's output. */
  form?: Record<string, unknown>;
}

/** What `run` is given. Each id may stand once in a pass; a step that has completed gives its recorded result. */
export interface WorkflowContext<Args> {
  readonly args: Args;
  readonly run: { readonly id: string; readonly name: string };
  readonly project: { readonly id: string; readonly name: string; readonly slug: string };
  readonly step: {
    script<Output = unknown>(id: string, options: ScriptOptions): Promise<StepOutcome<Output>>;
    agent<Output = unknown>(id: string, options: AgentOptions): Promise<StepOutcome<Output>>;
    /** `fn` runs here, and what it returns is kept as JSON. */
    function<Output>(
      id: string,
      fn: () => Output | Promise<Output>,
      options?: StepOptions,
    ): Promise<StepOutcome<Awaited<Output>>>;
  };
  /** The phase of the steps that follow; one of the definition's. */
  phase(name: string): Promise<void>;
  /** Waits for people. Meanwhile the run costs nothing. */
  approve<Output = unknown>(id: string, options: ApproveOptions): Promise<StepOutcome<Output>>;
  /** Writes a comment on the run, in Markdown, once. */
  comment(text: string): Promise<void>;
  /** Keeps a file, relative to the project, as an artifact of the step that ended last. */
  artifact(path: string, options?: { name?: string }): Promise<void>;
  /** Waits, also for days. Meanwhile the run costs nothing. */
  sleep(duration: DurationText): Promise<void>;
}

export interface WorkflowOptions<Args extends ZodType = ZodType> {
  name: string;
  description?: string;
  phases: [string, ...string[]] | string[];
  /** Default: none. */
  args?: Args;
  is_template?: boolean;
  run(context: WorkflowContext<output<Args>>): Promise<unknown> | unknown;
}

/** A definition, as `defineWorkflow` made it. */
export interface Workflow extends WorkflowOptions {
  readonly isWorkflow: true;
}
