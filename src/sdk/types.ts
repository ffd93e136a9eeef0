/*
 * Types of the module `phaseboard`. `phaseboard types` copies this file into projects, so it contains only
 * declarations.
 */
import type { input, output, ZodType } from "zod";

/** How a step ended, as its caller sees it. */
export interface StepOutcome<Output = unknown> {
  status: "completed" | "failed" | "skipped";
  output: Output;
  /** Number of the attempt that produced it, from 1. */
  attempt: number;
}

/** A text such as `500ms`, `30s`, `10m`, `2h` or `3d`. */
export type DurationText = string;

/** Variables by name; numbers and booleans become text. */
export type Env = Record<string, string | number | boolean>;

export interface StepOptions {
  /** Shown on the board; default: the id. */
  name?: string;
  /** One of the definition's phases; default: the one last named by `phase()`. */
  phase?: string;
  /** Default `30m`; for an approval `24h`. */
  timeout?: DurationText;
  retry?: { attempts: number; delay?: DurationText; backoff?: "constant" | "exponential" };
  /** Return an outcome with status `failed` instead of throwing `StepFailed`. */
  continueOnError?: boolean;
}

export interface FunctionOptions extends StepOptions {
  /** Added to the definition's. */
  env?: Env;
  /** Names of the project's secrets for this step, added to the definition's. */
  secrets?: string[];
  /** False: the run's files are not kept when the step ends; for steps that make too much. */
  snapshot?: boolean;
}

interface ProcessOptions extends FunctionOptions {
  /** Folder relative to the project. */
  workingDirectory?: string;
  /** Globs of files to keep as artifacts when the step ends or fails; `!glob` excludes files. */
  artifacts?: string[];
}

export interface ScriptOptions extends ProcessOptions {
  /**
   * Shell script, used as it is; pass values through `env`. A first line that begins with `#!` chooses the
   * program.
   */
  run: string;
  /** `sh`, `bash`, or a program with its arguments; default: the definition's. */
  shell?: string;
}

export interface AgentOptions extends ProcessOptions {
  /** An agent's name in the project's `.agent/agents.yaml`. */
  agent: string;
  prompt: string;
}

export interface ApproveOptions extends Omit<StepOptions, "retry"> {
  prompt: string;
  approvers?: { role?: "member" | "maintainer" | "owner"; count?: number; allowSelf?: boolean };
  /** JSON Schema of a form; the answer becomes the step's output. */
  form?: Record<string, unknown>;
  /** People may request changes too; `decision` then says so, and the code goes on as it likes. */
  requestChanges?: boolean;
}

/** What a review says of a line, or of an entry of an agent's plan. */
export type ReviewComment = LineComment | PlanComment;

/** `side: "old"`: a line as it was before the change; `start_line`: the first of several. */
export interface LineComment {
  plan?: undefined;
  path: string;
  side: "old" | "new";
  line: number;
  start_line: number | null;
  text: string;
  /** What the text suggests in place of the lines, each with its line end; "" suggests to leave them out. */
  suggestion?: string;
}

export interface PlanComment {
  /** `entry`: its place in the plan of the step's attempt, from 1; `quote`: its words, as they were read. */
  plan: { step_id: string; attempt: number; entry: number; quote: string };
  text: string;
}

/** What became of an approval. */
export interface ApprovalOutcome<Output> extends StepOutcome<Output> {
  /** `request_changes` only where `requestChanges` was asked for. */
  decision: "approve" | "reject" | "request_changes";
  /** Of the last review. */
  comments: ReviewComment[];
}

/** Argument of a step's function; it has what a script finds in its environment. */
export interface FunctionContext {
  /** Values of the step's secrets, for this call only. They appear as `***` in everything that is stored. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  /** Number of the attempt, from 1. */
  readonly attempt: number;
  /** Stays the same when an interrupted attempt runs again; for services that accept such a key. */
  readonly idempotencyKey: string;
}

/** Argument of `run`. Each id may be used once in a pass; a completed step returns its recorded result. */
export interface WorkflowContext<Args> {
  readonly args: Args;
  /** `number` is the run's number in its project. */
  readonly run: { readonly id: string; readonly name: string; readonly number: number };
  readonly project: { readonly id: string; readonly name: string; readonly slug: string };
  readonly step: {
    script<Output = unknown>(id: string, options: ScriptOptions): Promise<StepOutcome<Output>>;
    agent<Output = unknown>(id: string, options: AgentOptions): Promise<StepOutcome<Output>>;
    /** Runs `fn` in this process. Its result is stored as JSON of at most 1 MiB. */
    function<Output>(
      id: string,
      fn: (context: FunctionContext) => Output | Promise<Output>,
      options?: FunctionOptions,
    ): Promise<StepOutcome<Awaited<Output>>>;
  };
  /** Sets the phase of the following steps; one of the definition's. */
  phase(name: string): Promise<void>;
  /** Waits for people. The run uses no worker meanwhile. */
  approve<Output = unknown>(id: string, options: ApproveOptions): Promise<ApprovalOutcome<Output>>;
  /** Writes a Markdown comment on the run, once. */
  comment(text: string): Promise<void>;
  /** Keeps a file (path relative to the project) as an artifact of the step that ended last. */
  artifact(path: string, options?: { name?: string }): Promise<void>;
  /** Waits, for days if needed. The run uses no worker meanwhile. */
  sleep(duration: DurationText): Promise<void>;
}

export interface Schedule<Args = unknown> {
  /** Id under which its switch is kept; default: its number in the list. */
  id?: string;
  /** Five cron fields, or a nickname such as `@daily`. */
  cron: string;
  /** IANA time zone; default UTC. */
  timezone?: string;
  /** What happens at a time when a run of the schedule is still active; default `skip`. */
  overlap?: "allow" | "skip" | "queue";
  args?: Args;
  /** Name of its runs. */
  run_name?: string;
}

export interface Webhook {
  /** Default `default`. */
  id?: string;
  /** Args of its runs. Texts may contain `${{ }}` over `body`, `headers` and `query`. */
  args?: Record<string, unknown>;
  /** Expression; a delivery for which it is not true starts nothing. */
  if?: string | boolean;
  /** Name of its runs; may contain `${{ }}` like its args. */
  run_name?: string;
}

export interface WorkflowOptions<Args extends ZodType = ZodType, Output extends ZodType = ZodType> {
  name: string;
  description?: string;
  /** Name of its runs; may contain `${{ args.… }}`. Default: `name` with the run's number. */
  run_name?: string;
  phases: [string, ...string[]] | string[];
  /** Schema of the args; default: no args. */
  args?: Args;
  /**
   * Only one run of each group is active in a project at a time. `group` may contain `${{ }}` over `args` and
   * `project`. With `cancel_in_progress` a new run cancels earlier ones, else it waits for them.
   */
  concurrency?: { group: string; cancel_in_progress?: boolean };
  /** Schedules and webhooks that start runs. */
  on?: { schedule?: Schedule<input<Args>>[]; webhook?: Webhook[] };
  /** Environment variables for every script, agent and function. */
  env?: Env;
  /** Names of the project's secrets that every script, agent and function gets. */
  secrets?: string[];
  /**
   * What runs scripts: `sh` (default), `bash`, or a program with its arguments, which gets the script as a
   * file.
   */
  shell?: string;
  /**
   * Where runs work: in a `clone` of the project (default where it is a git repository), a `copy` (default elsewhere),
   * or `shared`, the project's folder itself.
   */
  workspace?: "clone" | "copy" | "shared";
  /** Branch, tag or commit to begin from; may contain `${{ args.… }}`. Default: the project's main branch. */
  base?: string;
  /** Runs once in each new workspace, for example `npm ci`. */
  setup?: string;
  /** Folders that are kept between runs; `key` may contain `${{ hashFiles('…') }}` and `${{ args.… }}`. */
  cache?: { path: string; key: string }[];
  /** Untracked files of the project that each workspace gets, for example `.env`. */
  copy?: string[];
  /** `none`: its processes reach no network. Default: that of the machine. */
  network?: "machine" | "none";
  /**
   * What each run may use: `tokens` and `cost` (in their own currency) of its agents, and `time` at work, such as `2h`.
   * Once it is reached the run pauses, and people are asked.
   */
  budget?: { tokens?: number; cost?: number; time?: string };
  is_template?: boolean;
  /** Schema of the result of `run`: checks it, and gives `phaseboard types` its type. */
  output?: Output;
  /** Its result is the run's output, stored as JSON of at most 1 MiB. */
  run(context: WorkflowContext<output<Args>>): Promise<input<Output>> | input<Output>;
}

/** A definition made by `defineWorkflow`. */
export interface Workflow extends WorkflowOptions {
  readonly isWorkflow: true;
}
