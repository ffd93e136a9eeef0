import { z } from "zod";
import { Id } from "../../lib/ids";
import { inputOf } from "../../lib/input";
import { NextCursor, PageInput, pageOf } from "../../lib/page";
import { RUN_STATUSES, STEP_STATUSES, TRIGGER_KINDS, WAITING_FOR } from "../../model/states";
import { Ask } from "../approvals/schema";
import { Artifact } from "../artifacts/schema";
import { ChangeCounts } from "../changes/schema";
import { Comment } from "../comments/schema";
import { DefinitionName, OfProject } from "../definitions/schema";
import { Budget, OverBudget, RunError, Spent } from "../in-run/schema";
import { LabelName, LabelOfRun } from "../labels/schema";
import { LogOffset, LogPiece } from "../log/schema";
import { Output, StepWithSession } from "../steps/schema";
import { PullRequest } from "../ways-out/schema";
import { RUN_ORDERS } from "./orders";

export const RunStatus = z.enum(RUN_STATUSES);

/** The schedule or webhook that started a run in the name of its person. */
export const RunTrigger = z
  .object({
    kind: z.enum(TRIGGER_KINDS).nullable().describe("Null where the trigger is gone from its definition."),
    key: z.string().nullable().describe("Its id in the definition."),
  })
  .meta({ id: "RunTrigger" });

/** A run as stored in its row. */
export const Run = z
  .object({
    id: z.string(),
    project_id: z.string(),
    user_id: z.string(),
    workflow_definition_id: z.string(),
    revision: z.number().int(),
    number: z.number().int().describe("In its project, from 1: `#12`."),
    name: z.string(),
    args: z.record(z.string(), z.unknown()),
    args_bytes: z.number().int().describe("Their size as JSON."),
    current_phase: z
      .string()
      .nullable()
      .describe(
        "Before the first step the phase that it begins with. Null where the run ended ahead of that.",
      ),
    current_step_index: z.number().int().describe("Steps ended so far."),
    status: RunStatus,
    error_message: z.string().nullable(),
    first_error: RunError.nullable().describe(
      "Of a run that failed: the line that says most about why, of the step for which it failed; null where none says it.",
    ),
    ...Output,
    output: z
      .unknown()
      .describe(
        "What `run` of a definition in TypeScript returned; null before, for any other run, and where it has more than 4 KB: then `output_url` gives it.",
      ),
    priority: z.number().int(),
    labels: z.array(LabelOfRun).describe("By name."),
    assignee_id: z.string().nullable().describe("Who is to look after it."),
    assignee_name: z.string().nullable(),
    trigger: RunTrigger.nullable().describe("What started it by itself; null: a person or a program did."),
    changes: ChangeCounts.nullable().describe(
      "What it changed against its base, in numbers, as of the newest step that ended; null where that is not known. `GET …/changes` has the files.",
    ),
    pull_request: PullRequest.nullable().describe("The one that was opened last for its changes."),
    ...Spent,
    budget: Budget.nullable().describe(
      "What it may use in place of its definition's limits, since somebody raised them.",
    ),
    over_budget: OverBudget.nullable().describe("The limit for which it is paused."),
    pinned_at: z.string().nullable().describe("Since when it is pinned: no retention touches it."),
    logs_removed_at: z.string().nullable().describe("Since when its logs are gone by retention."),
    artifacts_removed_at: z
      .string()
      .nullable()
      .describe("Since when files of its artifacts are gone by retention."),
    started_at: z.string().nullable(),
    completed_at: z.string().nullable(),
    paused_at: z.string().nullable(),
    cancelled_at: z.string().nullable(),
    archived_at: z.string().nullable().describe("Since when it is archived, and so off the board."),
    acknowledged_at: z.string().nullable().describe("Since when somebody has seen that it failed."),
    waiting_since: z
      .string()
      .nullable()
      .describe("Set while all that the run has in flight waits for people or for time."),
    rested_ms: z
      .number()
      .int()
      .describe(
        "Milliseconds since its start in which it only waited or was paused, without the wait that goes on.",
      ),
    created_at: z.string(),
    updated_at: z.string(),
  })
  .meta({ id: "Run" });
export type Run = z.infer<typeof Run>;

export const RUN_WAITS = [
  "disk",
  "quota",
  "concurrency",
  "project",
  "place",
  "worker",
  "approval",
  "permission",
  "sleep",
  "retry",
] as const;

/** What a run waits for while nothing works on it. */
export const RunWait = z
  .object({
    kind: z
      .enum(RUN_WAITS)
      .describe(
        "`disk`: a disk of the server is nearly full; `quota`: the project takes as many bytes as it may; `concurrency`: a run of its group; `project`: the project is at its limit; `place`: all places of the workers are taken; `worker`: none is there; `approval`, `permission`, `sleep`, `retry`: one of its own steps.",
      ),
    since: z.string(),
    until: z.string().nullable().describe("When it is over by itself."),
    step_id: z.string().nullable().describe("Of a wait of its own: the step."),
    run_id: z.string().nullable().describe("Of `concurrency`: the run ahead of it."),
    limit: z.number().int().nullable().describe("Of `project`: how many runs are at work at a time."),
  })
  .meta({ id: "RunWait" });
export type RunWait = z.infer<typeof RunWait>;

const waiting_for = RunWait.nullable().describe(
  "Null unless the run waits and none of its steps is at work.",
);

/** What a card shows of each step, in order. */
export const StepGlance = z
  .object({
    id: z.string().describe("The step's row."),
    step_id: z.string(),
    name: z.string(),
    phase: z.string(),
    status: z.enum(STEP_STATUSES),
    waiting_for: z.enum(WAITING_FOR).nullable(),
    stalled_since: z.string().nullable(),
    continue_on_error: z.boolean(),
  })
  .meta({ id: "StepGlance" });

const StepCounts = z
  .record(z.enum(STEP_STATUSES), z.number().int())
  .describe("How many of all its steps are in each status.");

/** A run in a list: its row with names, step statuses and counts. Large fields are only in `runs.get`. */
export const RunListItem = Run.omit({ output: true, output_bytes: true, output_url: true })
  .extend({
    args: Run.shape.args
      .nullable()
      .describe("Null where they have more than 4 KB: then `runs.get` gives them."),
    definition_name: z.string(),
    definition_slug: z.string(),
    user_name: z.string(),
    ask: Ask.nullable().describe("What the first of its steps that needs somebody asks."),
    waiting_for,
    steps: z
      .array(StepGlance)
      .describe(
        "In order. Of a run with more than 50 those that say most: what is under way, what failed, then the first.",
      ),
    step_counts: StepCounts,
    comments_count: z.number().int(),
    artifacts_count: z.number().int(),
  })
  .meta({ id: "RunListItem" });
export type RunListItem = z.infer<typeof RunListItem>;
export const RunPage = pageOf(RunListItem);
export type RunPage = z.infer<typeof RunPage>;

const DefinitionOfRun = z.object({
  id: z.string(),
  name: z.string(),
  slug: z.string(),
  phases: z.array(z.string()),
  path: z.string(),
  newest_revision: z
    .number()
    .int()
    .describe("Number of its newest revision; the run is pinned to `revision`."),
});

export const RunDetails = Run.extend({
  user_name: z.string(),
  snapshot: z
    .string()
    .nullable()
    .describe("The commit with its files as they are while no step is at work; a decision holds for it."),
  waiting_for,
  definition: DefinitionOfRun,
  workflow_definition: DefinitionOfRun.describe("The same as `definition`."),
  step_counts: StepCounts,
  followed: z.boolean().describe("Whether the caller follows it: its news comes to their inbox."),
  followers_count: z.number().int(),
  agents_count: z.number().int().describe("How many of its steps have an agent's session."),
  comments_count: z.number().int(),
  open_threads_count: z
    .number()
    .int()
    .describe("Comments on something in the run, such as lines, whose threads are not resolved."),
  artifacts_count: z.number().int(),
  log_bytes: z
    .number()
    .int()
    .describe("Size of what the code of its definition has printed by itself, which `runs.log` gives."),
  steps: z.array(StepWithSession),
  steps_next_cursor: NextCursor.describe("Where `steps.list` goes on; null: these are all."),
  comments: z.array(Comment).describe("Oldest first."),
  comments_next_cursor: NextCursor.describe("Where `comments.list` goes on; null: these are all."),
  artifacts: z.array(Artifact).describe("Oldest first."),
  artifacts_next_cursor: NextCursor.describe("Where `artifacts.list` goes on; null: these are all."),
}).meta({ id: "RunDetails" });
export type RunDetails = z.infer<typeof RunDetails>;

const RunName = z.string().trim().min(1, "must not be empty").max(200);
const Args = z.record(z.string(), z.unknown());

const Priority = z.number().int().min(-100).max(100);

export const UpdateRunInput = inputOf({
  id: Id,
  name: RunName.optional(),
  labels: z
    .array(LabelName)
    .max(50)
    .describe("The names of all that it is to have, of the project's labels; `[]` takes all off.")
    .optional(),
  assignee_id: Id.nullable().describe("A member of the project; null: nobody.").optional(),
  priority: Priority.describe("Higher goes first when the project is at its limit.").optional(),
});
export type UpdateRunInput = z.infer<typeof UpdateRunInput>;

export const Followed = z.object({ id: z.string(), followed: z.boolean() });
export type Followed = z.infer<typeof Followed>;

export const CreateRunInput = inputOf({
  project_id: Id,
  workflow_definition_id: DefinitionName,
  name: RunName.optional().describe(
    "Without one: what its definition names it, else the definition's name with a number.",
  ),
  args: Args.default({}),
  priority: Priority.default(0).describe("Higher goes first when the project is at its limit."),
});
export type CreateRunInput = z.infer<typeof CreateRunInput>;

/** As create, but only with the definition; the default name is the definition's with the run's number. */
export const ExecuteInput = inputOf({
  id: DefinitionName,
  ...OfProject,
  name: RunName.optional(),
  args: Args.default({}),
});
export type ExecuteInput = z.infer<typeof ExecuteInput>;

export const RunAgainInput = inputOf({
  id: Id,
  args: Args.describe("Absent: those of the run.").optional(),
  name: RunName.describe("Absent: as its definition names it.").optional(),
});
export type RunAgainInput = z.infer<typeof RunAgainInput>;

/** Filters for a project's runs, except by status. */
export const OfWhom = {
  project_id: Id,
  workflow_definition_id: DefinitionName.optional(),
  user_id: Id.optional(),
  q: z
    .string()
    .trim()
    .max(200)
    .describe(
      "A run's number (`#12` or `12`), the beginnings of words of its name, args, errors or comments, or a part of the name of one of the newest 1,000. Words are found some moments after they were written.",
    )
    .optional(),
  assignee_id: Id.describe("Who is to look after them.").optional(),
  label: z
    .string()
    .max(500)
    .describe("A label's name or several, separated by commas: runs that have all of them.")
    .transform((text) =>
      text
        .split(",")
        .map((name) => name.trim())
        .filter(Boolean),
    )
    .optional(),
  trigger: z
    .enum([...TRIGGER_KINDS, "none"])
    .describe("What started them by itself; `none`: a person or a program did.")
    .optional(),
  from: z.iso.datetime({ offset: true }).describe("Created at this moment or later.").optional(),
  to: z.iso.datetime({ offset: true }).describe("Created before this moment.").optional(),
  arg: z
    .string()
    .max(500)
    .describe("An arg with its value, as `channel=stable`, or several, joined by `&`.")
    .transform((text) => [...new URLSearchParams(text)].filter(([name]) => name !== ""))
    .optional(),
  archived: z
    .preprocess((given) => (given === "true" ? true : given === "false" ? false : given), z.boolean())
    .optional()
    .meta({
      override: { type: "boolean" },
      description: "Only runs that are archived, or only those that are not.",
    }),
  pinned: z
    .preprocess((given) => (given === "true" ? true : given === "false" ? false : given), z.boolean())
    .optional()
    .meta({
      override: { type: "boolean" },
      description: "Only runs that are pinned, or only those that are not.",
    }),
};
/** Filters for a project's runs, shared by all calls that take several runs. */
const RunFilter = {
  ...OfWhom,
  status: z
    .string()
    .describe("One status or several, separated by commas.")
    .transform((text) => text.split(","))
    .pipe(z.array(RunStatus).min(1))
    .optional(),
};
export type RunFilter = z.output<z.ZodObject<typeof RunFilter>>;

export const ListRunsInput = PageInput.extend({
  ...RunFilter,
  sort: z
    .enum(RUN_ORDERS)
    .default("-created")
    .describe(
      "`-` in front: the largest or latest first. By another thing than `created` the newest 10,000 that match are put in order.",
    ),
});
export type ListRunsInput = z.output<typeof ListRunsInput>;

/** As of the list, without its pages. */
export const ExportRunsInput = ListRunsInput.omit({ cursor: true, limit: true });
export type ExportRunsInput = z.output<typeof ExportRunsInput>;

export const RunInput = inputOf({ id: Id });
export const RunByNumberInput = inputOf({
  project_id: Id,
  number: z.coerce.number().int().min(1).max(2_147_483_647),
});
export type RunByNumberInput = z.output<typeof RunByNumberInput>;

export const ResumeRunInput = inputOf({
  id: Id,
  budget: Budget.describe(
    "What the run may use from now on, in all; limits that it does not name stay. Needed where the run is `over_budget`.",
  ).optional(),
});
export type ResumeRunInput = z.infer<typeof ResumeRunInput>;

export const RunLogInput = inputOf({ id: Id, offset: LogOffset });
export type RunLogInput = z.infer<typeof RunLogInput>;

/** A piece of what the definition's code printed, like a piece of a step's log. */
export const RunLogPiece = LogPiece.omit({ attempt: true });
export type RunLogPiece = z.infer<typeof RunLogPiece>;

/** The most runs that one call cancels. */
export const MAX_CANCELS = 200;

export const CancelRunsInput = inputOf({
  ...RunFilter,
  ids: z
    .array(Id)
    .min(1, "must name a run")
    .max(MAX_CANCELS)
    .describe("Instead of the filters: these runs of the project.")
    .optional(),
});
export type CancelRunsInput = z.output<typeof CancelRunsInput>;

/** Several runs of one project. */
const Runs = {
  project_id: Id,
  ids: z.array(Id).min(1, "must name a run").max(MAX_CANCELS),
};
export const RunsInput = inputOf(Runs);
export type RunsInput = z.infer<typeof RunsInput>;
export const LabelRunsInput = inputOf({
  ...Runs,
  add: z.array(LabelName).max(50).describe("Names of labels to put on.").default([]),
  remove: z.array(LabelName).max(50).describe("Names of labels to take off.").default([]),
});
export type LabelRunsInput = z.output<typeof LabelRunsInput>;

export const ChangedRuns = z
  .object({
    done: z.array(z.string()).describe("The runs for which it was done."),
    failed: z
      .array(z.object({ id: z.string(), reason: z.string() }))
      .describe("Those for which it could not be."),
  })
  .meta({ id: "ChangedRuns" });
export type ChangedRuns = z.infer<typeof ChangedRuns>;

export const CancelledRuns = z
  .object({
    cancelled: z.array(z.string()).describe("The runs that were."),
    failed: z
      .array(z.object({ id: z.string(), reason: z.string() }))
      .describe("The runs that could not be, as one that has ended."),
    remaining: z
      .number()
      .int()
      .describe("How many more the filters match: call again until none are left. 0 with `ids`."),
  })
  .meta({ id: "CancelledRuns" });
export type CancelledRuns = z.infer<typeof CancelledRuns>;

/** The most runs that one call archives or acknowledges. */
export const MAX_MARKS = 200;

const MarkRunsInput = inputOf({
  ...RunFilter,
  ids: z
    .array(Id)
    .min(1, "must name a run")
    .max(MAX_MARKS)
    .describe("Instead of the filters: these runs of the project.")
    .optional(),
});
export const ArchiveRunsInput = MarkRunsInput.omit({ archived: true }).extend({
  archived: z.boolean().default(true).describe("False takes them out of the archive."),
});
export type ArchiveRunsInput = z.output<typeof ArchiveRunsInput>;
export const AcknowledgeRunsInput = MarkRunsInput.extend({
  acknowledged: z.boolean().default(true).describe("False takes it back."),
});
export type AcknowledgeRunsInput = z.output<typeof AcknowledgeRunsInput>;

export const MarkedRuns = z
  .object({
    changed: z
      .array(z.string())
      .describe("The runs that were; those that had it already are not among them."),
    failed: z
      .array(z.object({ id: z.string(), reason: z.string() }))
      .describe("The runs that could not be, as one that has not ended."),
    remaining: z
      .number()
      .int()
      .describe("How many more the filters match: call again until none are left. 0 with `ids`."),
  })
  .meta({ id: "MarkedRuns" });
export type MarkedRuns = z.infer<typeof MarkedRuns>;

export const RetryRunInput = inputOf({
  id: Id,
  from_step_id: z.string().min(1).max(64).describe("Absent: the first step that failed.").optional(),
  from_phase: z
    .string()
    .min(1)
    .max(200)
    .describe("Its first step, where no `from_step_id` is given.")
    .optional(),
  revision: z
    .enum(["same", "newest"])
    .default("same")
    .describe("The definition's newest revision, where its steps fit what the run has done."),
});
export type RetryRunInput = z.infer<typeof RetryRunInput>;

/** One event in a run's history; `id` is the attempt's or the comment's, if it has one. */
export const HistoryEntry = z
  .discriminatedUnion("type", [
    z
      .object({
        type: z.literal("status"),
        id: z.string(),
        at: z.string(),
        status: RunStatus.describe("`pending`: it was started, or started again."),
        by: z.string().nullable().describe("The person's name; null where the engine did it."),
        try: z.number().int().describe("How often the run had been started by then."),
        note: z.string().nullable().describe("What was noted with it, as Markdown."),
      })
      .meta({ id: "HistoryStatus" }),
    z
      .object({
        type: z.literal("note"),
        id: z.string(),
        at: z.string(),
        text: z.string().describe("Markdown."),
      })
      .meta({ id: "HistoryNote" }),
    z
      .object({
        type: z.literal("attempt"),
        id: z.string(),
        at: z.string().describe("When it began."),
        step_id: z.string(),
        name: z.string().describe("The step's."),
        number: z.number().int(),
        status: z.enum(STEP_STATUSES),
        error_message: z.string().nullable().describe("Its beginning, where it is long."),
        exit_code: z.number().int().nullable(),
        signal: z.string().nullable(),
        worker_id: z.string().nullable(),
        completed_at: z.string().nullable(),
      })
      .meta({ id: "HistoryAttempt" }),
  ])
  .meta({ id: "HistoryEntry" });
export type HistoryEntry = z.infer<typeof HistoryEntry>;

const Instant = z.string();
/** When a run and its steps did what. */
export const Timeline = z
  .object({
    queued_at: Instant.describe("When it began to wait for its turn last."),
    states: z
      .array(z.object({ at: Instant, status: RunStatus }))
      .describe("Its changes of status, oldest first; the newest 500."),
    attempts: z
      .array(
        z.object({
          step_id: z.string(),
          number: z.number().int(),
          status: z.enum(STEP_STATUSES),
          started_at: Instant,
          completed_at: Instant.nullable(),
        }),
      )
      .describe("Of its steps, oldest first; the newest 5,000."),
    waits: z
      .array(z.object({ step_id: z.string(), from: Instant, to: Instant.nullable() }))
      .describe("For answers to what agents asked, within their attempts; the newest 2,000."),
  })
  .meta({ id: "Timeline" });
export type Timeline = z.infer<typeof Timeline>;

export const HistoryPage = pageOf(HistoryEntry);
export type HistoryPage = z.infer<typeof HistoryPage>;

export const ListHistoryInput = PageInput.extend({ id: Id });
export type ListHistoryInput = z.output<typeof ListHistoryInput>;

/** Numbers of a project's runs by status. */
export const RunCounts = z.record(RunStatus, z.number().int());
export const RunCountsInput = inputOf(OfWhom);
export type RunCountsInput = z.output<typeof RunCountsInput>;
