/** The shape of a definition in YAML. Checks that need more than one field are in `compile.ts`. */
import { z } from "zod";
import { WORKSPACES } from "../../model/states";
import { duration, IdShape, list, text } from "./shape-parts";
import { TriggersShape } from "./trigger-shape";

const MAX_TIMEOUT = "24h";

const flag = z.boolean({ error: "true or false" });
const wholeNumber = (min: number, max: number) => {
  const error = `a whole number from ${min} to ${max}`;
  return z.number({ error }).int(error).min(min, error).max(max, error);
};

export const ENV_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Numbers and booleans are allowed and become text as the source spells them. */
export const EnvShape = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean()], { error: 'text, for example "1"' }),
  { error: "a mapping of names to texts" },
);

const Secrets = list(z.string({ error: "the name of a secret" }), "names of secrets", 100).default([]);

const SHELL =
  "sh, bash, or a program with its arguments, such as python3 -u, divided by spaces and without quotes";
const Shell = text(SHELL, 200).refine(
  (value) => /^[^\n\r\0]*\S[^\n\r\0]*$/.test(value) && !/["'\\]|\$\{\{/.test(value),
  SHELL,
);

const Retry = z.strictObject(
  {
    attempts: wholeNumber(1, 20),
    delay: duration("0s", MAX_TIMEOUT).default(1_000),
    backoff: z.enum(["constant", "exponential"], { error: "constant or exponential" }).default("constant"),
  },
  { error: "a mapping with attempts, delay and backoff" },
);

const Approvers = z.strictObject(
  {
    role: z
      .enum(["member", "maintainer", "owner"], { error: "member, maintainer or owner" })
      .default("member"),
    count: wholeNumber(1, 20).default(1),
    allow_self: flag.default(true),
  },
  { error: "a mapping with role, count and allow_self" },
);

const Snapshot = flag.default(true);

/** How often changes may be requested where a definition does not say. */
const DEFAULT_ROUNDS = 5;

const Glob = text("a path or a glob such as dist/**/*.tgz", 500);

const common = {
  id: IdShape,
  name: text("a name", 200).optional(),
  phase: z.string({ error: "the name of a phase" }).optional(),
  needs: list(z.string({ error: "the id of a step" }), "step ids", 200).optional(),
  if: z
    .union([z.string(), z.boolean()], {
      error: "an expression such as ${{ args.channel == 'stable' }}",
    })
    .optional(),
  continue_on_error: flag.default(false),
  timeout: duration("1s", MAX_TIMEOUT).optional(),
};
const repeated = { retry: Retry.optional() };
const inFolder = {
  env: EnvShape.default({}),
  secrets: Secrets,
  working_directory: text("a folder inside the project", 500).optional(),
  artifacts: list(Glob, "paths or globs", 50).default([]),
  snapshot: Snapshot,
};
const prompt = text("a text", 50_000);

/** The steps by their type. */
export const STEP_SHAPES = {
  script: z.strictObject({
    ...common,
    ...repeated,
    ...inFolder,
    type: z.literal("script"),
    run: text("the command to run", 64 * 1024),
    shell: Shell.optional(),
  }),
  function: z.strictObject({
    ...common,
    ...repeated,
    env: EnvShape.default({}),
    secrets: Secrets,
    snapshot: Snapshot,
    type: z.literal("function"),
  }),
  agent: z.strictObject({
    ...common,
    ...repeated,
    ...inFolder,
    type: z.literal("agent"),
    agent: text("the name of an agent", 100),
    prompt,
  }),
  approval: z.strictObject({
    ...common,
    type: z.literal("approval"),
    prompt,
    approvers: Approvers.prefault({}),
    form: z
      .record(z.string(), z.unknown(), { error: "a JSON Schema, a mapping with type: object" })
      .optional(),
    rework: z.string({ error: "the id of a step before it" }).optional(),
    request_changes: flag.optional(),
    rounds: wholeNumber(1, 100).default(DEFAULT_ROUNDS),
  }),
};

export type StepShape = z.output<(typeof STEP_SHAPES)[keyof typeof STEP_SHAPES]>;

const Concurrency = z.strictObject(
  {
    group: text("the name of a group, such as deploy-${{ args.channel }}", 500),
    cancel_in_progress: flag.default(false),
  },
  { error: "a mapping with group and cancel_in_progress" },
);

/** The definition without its steps, which are checked one by one. */
const BudgetShape = z.strictObject(
  {
    tokens: z.number({ error: "a number of tokens" }).int().min(1, "at least 1").max(1e12).optional(),
    cost: z
      .number({ error: "an amount in the agents' currency" })
      .positive("more than 0")
      .max(1e9)
      .optional(),
    time: duration("1s", "30d").optional(),
  },
  { error: "a mapping with tokens, cost or time" },
);

export const DefinitionShape = z.strictObject(
  {
    name: text("a name", 200),
    description: z.string({ error: "a text" }).max(2_000, "at most 2000 characters").default(""),
    is_template: flag.default(false),
    run_name: text("a name for its runs", 500).optional(),
    phases: list(text("the name of a phase", 60), "phases", 50).min(1, "at least one phase"),
    args_schema: z
      .record(z.string(), z.unknown(), { error: "a JSON Schema, a mapping with type: object" })
      .nullable()
      .default(null),
    env: EnvShape.default({}),
    secrets: Secrets,
    concurrency: Concurrency.optional(),
    shell: Shell.optional(),
    workspace: z.enum(WORKSPACES, { error: `one of ${WORKSPACES.join(", ")}` }).optional(),
    base: text("a branch, tag or commit, such as ${{ args.branch }}", 500).optional(),
    setup: text("the command to run in a new workspace, such as npm ci", 64 * 1024).optional(),
    cache: list(
      z.strictObject(
        {
          path: text("a folder inside the project", 500),
          key: text("a key, such as ${{ hashFiles('package-lock.json') }}", 500),
        },
        { error: "a mapping with path and key" },
      ),
      "mappings with path and key",
      20,
    ).default([]),
    copy: list(text("a file or folder inside the project", 500), "paths", 50).default([]),
    network: z.enum(["machine", "none"], { error: "machine or none" }).default("machine"),
    budget: BudgetShape.optional(),
    on: TriggersShape.optional(),
    steps: list(z.unknown(), "steps", 200).min(1, "at least one step"),
  },
  { error: "a mapping with name, phases and steps" },
);

export type DefinitionShape = z.output<typeof DefinitionShape>;
