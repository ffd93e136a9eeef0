/**
 * The shape of a definition in YAML. Checks that need more than one field are in `compile.ts`. The descriptions, and the
 * hints of `EditorHints`, are what the editor shows and completes by.
 */
import { z } from "zod";
import { WORKSPACES } from "../../model/states";
import { duration, hinted, IdShape, list, text } from "./shape-parts";
import { TriggersShape } from "./trigger-shape";

const MAX_TIMEOUT = "24h";

const flag = z.boolean({ error: "true or false" });
const wholeNumber = (min: number, max: number) => {
  const error = `a whole number from ${min} to ${max}`;
  return z.number({ error }).int(error).min(min, error).max(max, error);
};

export const ENV_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

const textLike = z.union([z.string(), z.number(), z.boolean()], { error: 'text, for example "1"' });
const variables = <T extends z.ZodType>(value: T) =>
  z.record(z.string(), value, { error: "a mapping of names to texts" });

/** Numbers and booleans are allowed and become text as the source spells them. */
export const EnvShape = variables(textLike);
const envShape = (expressions: "head" | "step") => variables(hinted(textLike, { expressions }));

const Secrets = list(
  hinted(z.string({ error: "the name of a secret" }), { completes: "secret" }),
  "names of secrets",
  100,
)
  .default([])
  .describe("Names of the project's secrets that become variables.");

const SHELL =
  "sh, bash, or a program with its arguments, such as python3 -u, divided by spaces and without quotes";
const Shell = text(SHELL, 200).refine(
  (value) => /^[^\n\r\0]*\S[^\n\r\0]*$/.test(value) && !/["'\\]|\$\{\{/.test(value),
  SHELL,
);

const Retry = z.strictObject(
  {
    attempts: wholeNumber(1, 20).describe("How often it is tried in all."),
    delay: duration("0s", MAX_TIMEOUT).default(1_000).describe("The wait before another try, such as 5s."),
    backoff: z
      .enum(["constant", "exponential"], { error: "constant or exponential" })
      .default("constant")
      .describe("Whether each wait is twice the one before."),
  },
  { error: "a mapping with attempts, delay and backoff" },
);

const Approvers = z.strictObject(
  {
    role: z
      .enum(["member", "maintainer", "owner"], { error: "member, maintainer or owner" })
      .default("member")
      .describe("The lowest role that may decide."),
    count: wholeNumber(1, 20).default(1).describe("How many have to approve."),
    allow_self: flag.default(true).describe("Whether who started the run may approve."),
  },
  { error: "a mapping with role, count and allow_self" },
);

const Snapshot = flag.default(true).describe("Whether the files are kept when the step ends.");

/** How often changes may be requested where a definition does not say. */
const DEFAULT_ROUNDS = 5;

const Glob = text("a path or a glob such as dist/**/*.tgz", 500);

const common = {
  id: IdShape.describe("Its name for other steps and in the API; no other step may have it."),
  name: text("a name", 200).optional().describe("What the board shows; default: the id."),
  phase: hinted(z.string({ error: "the name of a phase" }), { completes: "phase" })
    .optional()
    .describe("The phase in which it stands."),
  needs: list(hinted(z.string({ error: "the id of a step" }), { completes: "step" }), "step ids", 200)
    .optional()
    .describe("Steps that end before it starts; default: the step before. [] starts at once."),
  if: hinted(
    z.union([z.string(), z.boolean()], {
      error: "an expression such as ${{ args.channel == 'stable' }}",
    }),
    { expressions: "condition" },
  )
    .optional()
    .describe("The step is skipped unless this is true."),
  continue_on_error: flag.default(false).describe("Whether the run goes on when it fails."),
  timeout: duration("1s", MAX_TIMEOUT).optional().describe("Default 30m; of an approval 24h."),
};
const repeated = { retry: Retry.optional().describe("How it is tried again after a failure.") };
const StepEnv = envShape("step")
  .default({})
  .describe("Variables of the step, added to those of the definition.");
const inFolder = {
  env: StepEnv,
  secrets: Secrets,
  working_directory: hinted(text("a folder inside the project", 500), { expressions: "step" })
    .optional()
    .describe("A folder inside the project."),
  artifacts: list(hinted(Glob, { expressions: "step" }), "paths or globs", 50)
    .default([])
    .describe("Files that are kept when the step ends, also when it fails."),
  snapshot: Snapshot,
};
const prompt = hinted(text("a text", 50_000), { expressions: "step" });

/** The steps by their type. */
export const STEP_SHAPES = {
  script: z.strictObject({
    ...common,
    ...repeated,
    ...inFolder,
    type: z.literal("script").describe("Runs commands in a shell."),
    run: hinted(text("the command to run", 64 * 1024), { completes: "variable" }).describe(
      "The script. It takes no ${{ }}: hand values over by env.",
    ),
    shell: Shell.optional().describe("sh (default), bash, or a program with its arguments."),
  }),
  function: z.strictObject({
    ...common,
    ...repeated,
    env: StepEnv,
    secrets: Secrets,
    snapshot: Snapshot,
    type: z.literal("function"),
  }),
  agent: z.strictObject({
    ...common,
    ...repeated,
    ...inFolder,
    type: z.literal("agent").describe("Asks a coding agent."),
    agent: hinted(text("the name of an agent", 100), { completes: "agent" }).describe(
      "One of the project's agents.",
    ),
    prompt: prompt.describe("What the agent is asked to do."),
  }),
  approval: z.strictObject({
    ...common,
    type: z.literal("approval").describe("Waits until people decide."),
    prompt: prompt.describe("What people are asked."),
    approvers: Approvers.prefault({}).describe("Who decides, and how many of them."),
    form: z
      .record(z.string(), z.unknown(), { error: "a JSON Schema, a mapping with type: object" })
      .optional()
      .describe("JSON Schema of what the decision has to answer."),
    rework: hinted(z.string({ error: "the id of a step before it" }), { completes: "step" })
      .optional()
      .describe("The step to which a request for changes sends the run back."),
    request_changes: flag.optional(),
    rounds: wholeNumber(1, 100).default(DEFAULT_ROUNDS).describe("How often changes may be requested."),
  }),
};

export type StepShape = z.output<(typeof STEP_SHAPES)[keyof typeof STEP_SHAPES]>;

const Concurrency = z.strictObject(
  {
    group: hinted(text("the name of a group, such as deploy-${{ args.channel }}", 500), {
      expressions: "group",
    }).describe("Of the runs with the same group one is at work at a time."),
    cancel_in_progress: flag.default(false).describe("Whether a newer run cancels the one at work."),
  },
  { error: "a mapping with group and cancel_in_progress" },
);

/** The definition without its steps, which are checked one by one. */
const BudgetShape = z.strictObject(
  {
    tokens: z
      .number({ error: "a number of tokens" })
      .int()
      .min(1, "at least 1")
      .max(1e12)
      .optional()
      .describe("Tokens of its agents."),
    cost: z
      .number({ error: "an amount in the agents' currency" })
      .positive("more than 0")
      .max(1e9)
      .optional()
      .describe("Cost of its agents, in their currency."),
    time: duration("1s", "30d").optional().describe("Time at work, such as 2h."),
  },
  { error: "a mapping with tokens, cost or time" },
);

export const DefinitionShape = z.strictObject(
  {
    name: text("a name", 200).describe("The definition's name on the board."),
    description: z
      .string({ error: "a text" })
      .max(2_000, "at most 2000 characters")
      .default("")
      .describe("What it is for, in a line."),
    is_template: flag.default(false).describe("Whether new definitions may begin as a copy of it."),
    run_name: hinted(text("a name for its runs", 500), { expressions: "run_name" })
      .optional()
      .describe("The name of runs that are started without one, such as Release ${{ args.version }}."),
    phases: list(text("the name of a phase", 60), "phases", 50)
      .min(1, "at least one phase")
      .describe("The columns of the board, in their order."),
    args_schema: z
      .record(z.string(), z.unknown(), { error: "a JSON Schema, a mapping with type: object" })
      .nullable()
      .default(null)
      .describe("JSON Schema of what a run is given; the form is drawn from it."),
    env: envShape("head").default({}).describe("Variables of every step."),
    secrets: Secrets,
    concurrency: Concurrency.optional().describe("Which runs wait for each other."),
    shell: Shell.optional().describe("The shell of all scripts: sh (default), bash, or a program."),
    workspace: z
      .enum(WORKSPACES, { error: `one of ${WORKSPACES.join(", ")}` })
      .optional()
      .describe("Where a run works: a clone, a copy, or the project's folder itself."),
    base: hinted(text("a branch, tag or commit, such as ${{ args.branch }}", 500), { expressions: "group" })
      .optional()
      .describe("The branch, tag or commit from which a run begins."),
    setup: text("the command to run in a new workspace, such as npm ci", 64 * 1024)
      .optional()
      .describe("A command that runs once in each new workspace, such as npm ci."),
    cache: list(
      z.strictObject(
        {
          path: text("a folder inside the project", 500).describe("The folder that setup makes."),
          key: hinted(text("a key, such as ${{ hashFiles('package-lock.json') }}", 500), {
            expressions: "cache",
          }).describe("Folders are kept by this key."),
        },
        { error: "a mapping with path and key" },
      ),
      "mappings with path and key",
      20,
    )
      .default([])
      .describe("Folders that are kept between runs."),
    copy: list(text("a file or folder inside the project", 500), "paths", 50)
      .default([])
      .describe("Untracked files of the project that each workspace gets."),
    network: z
      .enum(["machine", "none"], { error: "machine or none" })
      .default("machine")
      .describe("none takes the network away from its processes."),
    budget: BudgetShape.optional().describe("What a run may use before it pauses and asks."),
    on: TriggersShape.optional().describe("What starts runs by itself."),
    steps: list(z.unknown(), "steps", 200).min(1, "at least one step").describe("What is done, in order."),
  },
  { error: "a mapping with name, phases and steps" },
);

export type DefinitionShape = z.output<typeof DefinitionShape>;
