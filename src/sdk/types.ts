/*
 * The types of what a definition in TypeScript imports as `phaseboard`. `phaseboard types` writes this file into a
 * project as it stands, so it holds declarations alone.
 */
import type { input, output, ZodType } from "zod";

/** How a step ended, as the function that called it sees it. */
export interface StepOutcome<Output = unknown> {
  status: "completed" | "failed" | "skipped";
  output: Output;
  /** Number of the attempt that gave it, from 1. */
  attempt: number;
}

/** A text such as `500ms`, `30s`, `10m`, `2h` or `3d`. */
export type DurationText = string;

/** Variables by name; numbers and flags become text. */
export type Env = Record<string, string | number | boolean>;

export interface StepOptions {
  /** Shown on the board; the id where it is left out. */
  name?: string;
  /** One of the definition's; default: the one that `phase()` named last. */
  phase?: string;
  /** Default `30m`, of an approval `24h`. */
  timeout?: DurationText;
  retry?: { attempts: number; delay?: DurationText; backoff?: "constant" | "exponential" };
  /** The outcome says `failed` instead of a `StepFailed` that is thrown. */
  continueOnError?: boolean;
}

export interface FunctionOptions extends StepOptions {
  /** Beside the definition's. */
  env?: Env;
  /** Names of the project's secrets that it gets, beside the definition's. */
  secrets?: string[];
}

interface ProcessOptions extends FunctionOptions {
  /** Relative to the project. */
  workingDirectory?: string;
  /** Globs of files to keep when the step ends, also when it fails; `!glob` leaves out. */
  artifacts?: string[];
}

export interface ScriptOptions extends ProcessOptions {
  /** For the shell, as it stands; hand values in by `env`. A first line that begins with `#!` says what runs it. */
  run: string;
  /** `sh`, `bash`, or a program with its arguments; default: the definition's. */
  shell?: string;
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

/** What a step's function is given: what a script finds in its environment. */
export interface FunctionContext {
  /** Values of the secrets that the step names, for this call alone. They show as `***` in all that is kept. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  /** From 1. */
  readonly attempt: number;
  /** The same when an interrupted attempt runs again, for services that take such a key. */
  readonly idempotencyKey: string;
}

/** What `run` is given. Each id may stand once in a pass; a step that has completed gives its recorded result. */
export interface WorkflowContext<Args> {
  readonly args: Args;
  /** `number` is the run's in its project. */
  readonly run: { readonly id: string; readonly name: string; readonly number: number };
  readonly project: { readonly id: string; readonly name: string; readonly slug: string };
  readonly step: {
    script<Output = unknown>(id: string, options: ScriptOptions): Promise<StepOutcome<Output>>;
    agent<Output = unknown>(id: string, options: AgentOptions): Promise<StepOutcome<Output>>;
    /** `fn` runs here, and what it returns is kept as JSON of at most 1 MiB. */
    function<Output>(
      id: string,
      fn: (context: FunctionContext) => Output | Promise<Output>,
      options?: FunctionOptions,
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

export interface Schedule<Args = unknown> {
  /** What its switch belongs to; default: its number in the list. */
  id?: string;
  /** Five fields, or a nickname such as `@daily`. */
  cron: string;
  /** IANA name; default UTC. */
  timezone?: string;
  /** What becomes of a time at which a run of its has not ended; default `skip`. */
  overlap?: "allow" | "skip" | "queue";
  args?: Args;
  /** Of its runs. */
  run_name?: string;
}

export interface Webhook {
  /** Default `default`. */
  id?: string;
  /** Texts may hold `${{ }}` over `body`, `headers` and `query`. */
  args?: Record<string, unknown>;
  /** Expression; a delivery for which it is not true starts nothing. */
  if?: string | boolean;
  /** Of its runs; may hold `${{ }}` as its args. */
  run_name?: string;
}

export interface WorkflowOptions<Args extends ZodType = ZodType, Output extends ZodType = ZodType> {
  name: string;
  description?: string;
  /** Of its runs; may hold `${{ args.… }}`. Default: `name` with the run's number. */
  run_name?: string;
  phases: [string, ...string[]] | string[];
  /** Default: none. */
  args?: Args;
  /**
   * Of the project's runs that have this group, one is under way at a time. `group` may hold `${{ }}` over `args` and
   * `project`. With `cancel_in_progress` a new run cancels those before it, else it waits for them.
   */
  concurrency?: { group: string; cancel_in_progress?: boolean };
  /** What starts runs by itself. */
  on?: { schedule?: Schedule<input<Args>>[]; webhook?: Webhook[] };
  /** For every script, agent and function. */
  env?: Env;
  /** Names of the project's secrets that every script, agent and function gets. */
  secrets?: string[];
  /** What runs scripts: `sh` (the default), `bash`, or a program with its arguments, which is given a file. */
  shell?: string;
  is_template?: boolean;
  /** Of what `run` returns: checks it, and says its type in what `phaseboard types` writes. */
  output?: Output;
  /** What it returns is kept as the run's output, as JSON of at most 1 MiB. */
  run(context: WorkflowContext<output<Args>>): Promise<input<Output>> | input<Output>;
}

/** A definition, as `defineWorkflow` made it. */
export interface Workflow extends WorkflowOptions {
  readonly isWorkflow: true;
}
