import { z } from "zod";
import { Id } from "../../lib/ids";
import { inputOf } from "../../lib/input";
import { NextCursor, PageInput } from "../../lib/page";
import { RUN_STATUSES, STEP_KINDS } from "../../model/states";
import { Spent } from "../in-run/schema";

/** One fault in a definition's file. */
const LoadFault = z.object({
  file: z
    .string()
    .describe("Relative to the project; of one in TypeScript it may be a file that it imports."),
  line: z.number().int().describe("From 1."),
  column: z.number().int().describe("From 1."),
  message: z.string(),
  path: z.string().describe("As in `steps[2].timeout`; empty for the file as a whole."),
  expected: z.string().nullable().describe("What may stand there, where that is one thing."),
});
export type LoadFault = z.infer<typeof LoadFault>;

/** A definition in lists, without its source. */
export const DefinitionListItem = z
  .object({
    id: z.string(),
    project_id: z.string(),
    name: z.string(),
    slug: z.string(),
    description: z.string(),
    type: z.enum(["yaml", "code"]),
    path: z.string(),
    phases: z.array(z.string()),
    args_schema: z.record(z.string(), z.unknown()).nullable(),
    is_template: z.boolean(),
    status: z.enum(["active", "invalid", "archived"]),
    load_error: z.array(LoadFault).nullable().describe("Each fault of the file; null unless it is invalid."),
    disabled_at: z
      .string()
      .nullable()
      .describe("Since when it cannot be started, nor its triggers go off; null: it can."),
    revision: z
      .number()
      .int()
      .nullable()
      .describe("Number of the newest revision; null where the file was never valid."),
    runs_count: z.number().int(),
    created_at: z.string(),
    updated_at: z.string(),
  })
  .meta({ id: "DefinitionListItem" });
export type DefinitionListItem = z.infer<typeof DefinitionListItem>;

export const DefinitionRevision = z
  .object({
    number: z.number().int(),
    sha256: z.string(),
    created_by: z
      .string()
      .nullable()
      .describe("Name of who saved it; null where the file was edited on disk."),
    created_at: z.string(),
  })
  .meta({ id: "DefinitionRevision" });
export type DefinitionRevision = z.infer<typeof DefinitionRevision>;

export const RevisionWithSource = DefinitionRevision.extend({
  source: z.string().describe("The file as it was."),
}).meta({ id: "RevisionWithSource" });
export type RevisionWithSource = z.infer<typeof RevisionWithSource>;

/** A step of the newest valid revision. */
export const DefinitionStep = z
  .object({
    id: z.string(),
    name: z.string(),
    phase: z.string(),
    kind: z.enum(STEP_KINDS),
    needs: z.array(z.string()).describe("Ids of the steps that end before it begins."),
    is_conditional: z.boolean().describe("It has an `if`."),
    rework: z
      .string()
      .nullable()
      .describe("Id of the step to which the run goes back where changes are requested at this one."),
  })
  .meta({ id: "DefinitionStep" });

export const Definition = DefinitionListItem.extend({
  source: z
    .string()
    .nullable()
    .describe("The file as it is now, also where it is invalid; null where it is gone."),
  source_sha256: z.string().nullable().describe("SHA-256 of the source; null where that is."),
  steps: z.array(DefinitionStep),
  disabled_by: z.string().nullable().describe("Name of who disabled it."),
  badge_path: z
    .string()
    .describe(
      "Address of its badge on this server; with a key where it is shown to whoever has the address.",
    ),
  is_badge_public: z.boolean(),
  tokens: Spent.tokens.describe("Tokens of the agents of its newest 1,000 runs; null where none tells."),
  cost: Spent.cost.describe("Cost of the agents of its newest 1,000 runs; null where none tells."),
  currency: Spent.currency,
  revisions: z.array(DefinitionRevision).describe("Newest first."),
  revisions_next_cursor: NextCursor.describe("Where `definitions.revisions` goes on; null: these are all."),
}).meta({ id: "Definition" });
export type Definition = z.infer<typeof Definition>;

const Source = z.string().min(1, "must not be empty").max(262_144, "must have at most 256 KB");

/** A definition's id or slug. */
export const DefinitionName = z
  .string()
  .min(1)
  .max(200)
  .describe("Its id, or its slug: the name of its file without the ending.");
export const OfProject = {
  project_id: Id.describe("Needed beside a slug that several of one's projects have.").optional(),
};

export const ListDefinitionsInput = PageInput.extend({ project_id: Id });
export type ListDefinitionsInput = z.output<typeof ListDefinitionsInput>;
export const ListRevisionsInput = PageInput.extend({ id: DefinitionName, ...OfProject });
export type ListRevisionsInput = z.output<typeof ListRevisionsInput>;
export const DefinitionInput = inputOf({ id: DefinitionName, ...OfProject });
export const RevisionInput = DefinitionInput.extend({
  number: z.coerce
    .number()
    .int()
    .min(1)
    .max(2 ** 31 - 1),
});
export type RevisionInput = z.output<typeof RevisionInput>;
export const DefinitionBySlugInput = inputOf({ project_id: Id, slug: z.string().min(1).max(100) });
export const CreateDefinitionInput = inputOf({
  project_id: Id,
  source: Source,
  type: z.enum(["yaml", "code"]).default("yaml").describe("`code` is TypeScript."),
});
export type CreateDefinitionInput = z.infer<typeof CreateDefinitionInput>;
export const UpdateDefinitionInput = inputOf({
  id: DefinitionName,
  ...OfProject,
  source: Source,
  base_sha256: z
    .string()
    .length(64)
    .optional()
    .describe("`source_sha256` of the text that was edited: 409 where the file has another one by now."),
});
export type UpdateDefinitionInput = z.infer<typeof UpdateDefinitionInput>;
export const RenameDefinitionInput = DefinitionInput.extend({
  name: z
    .string()
    .trim()
    .min(1, "must not be empty")
    .max(200)
    .describe("Written into its file; absent: the name stays.")
    .optional(),
  slug: z
    .string()
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, "must be small letters, digits and single hyphens")
    .max(60)
    .describe("The name of its file without the ending, and its part of addresses; absent: both stay.")
    .optional(),
});
export type RenameDefinitionInput = z.infer<typeof RenameDefinitionInput>;
export const DuplicateDefinitionInput = DefinitionInput.extend({
  name: z
    .string()
    .trim()
    .min(1, "must not be empty")
    .max(200)
    .describe("Absent: its own with `copy`.")
    .optional(),
});
export type DuplicateDefinitionInput = z.infer<typeof DuplicateDefinitionInput>;
export const EnableDefinitionInput = DefinitionInput.extend({ enabled: z.boolean() });
export type EnableDefinitionInput = z.infer<typeof EnableDefinitionInput>;
export const BadgeInput = DefinitionInput.extend({
  public: z.boolean().describe("Whether its badge is shown to whoever has the badge's address."),
});
export type BadgeInput = z.infer<typeof BadgeInput>;
export const DeleteDefinitionInput = inputOf({
  id: DefinitionName,
  ...OfProject,
  /** Deletes its runs too. In REST it is a query parameter, so it may arrive as text. */
  cascade: z
    .preprocess((given) => (given === "true" ? true : given === "false" ? false : given), z.boolean())
    .default(false)
    .meta({ override: { type: "boolean", default: false } }),
});
export type DeleteDefinitionInput = z.output<typeof DeleteDefinitionInput>;
export const CheckDefinitionInput = inputOf({
  project_id: Id,
  source: Source,
  type: z.enum(["yaml", "code"]).default("yaml").describe("`code` is TypeScript."),
  path: z
    .string()
    .regex(
      /^\.agent\/workflows\/definitions\/[^/.][^/]*\.(?:ya?ml|ts)$/i,
      "must be a file of the definitions folder",
    )
    .optional()
    .describe("The definition's file, from which its imports are found; its ending goes before `type`."),
});
export type CheckDefinitionInput = z.output<typeof CheckDefinitionInput>;

export const DefinitionCheck = z
  .object({
    valid: z.boolean(),
    faults: z.array(LoadFault).describe("Each fault, in the order of the file; at most 100."),
    warnings: z
      .array(LoadFault)
      .describe(
        "Agents and secrets that the project does not have, in YAML. The definition can be saved; its steps fail without them.",
      ),
  })
  .meta({ id: "DefinitionCheck" });
export type DefinitionCheck = z.infer<typeof DefinitionCheck>;

export const VocabularyInput = inputOf({ project_id: Id });

const JsonSchema = z.record(z.string(), z.unknown());
/** What an editor completes a definition by. */
export const Vocabulary = z
  .object({
    yaml: JsonSchema.describe(
      "JSON Schema of a definition in YAML. `x-completes` says which names a value takes, `x-expressions` which expressions it may hold.",
    ),
    code: z
      .record(z.string(), JsonSchema)
      .describe("JSON Schemas of what calls in TypeScript take, by their names, such as `step.script`."),
    expressions: z.object({
      roots: z.record(z.string(), z.array(z.string())).describe("By the values of `x-expressions`."),
      fields: z.record(z.string(), z.array(z.string())).describe("Of `run`, `project` and a step."),
      functions: z.array(z.string()),
      condition_functions: z.array(z.string()).describe("Those of a step's `if` alone."),
    }),
    schema_keywords: z.array(z.string()).describe("Keywords of `args_schema` and of forms."),
    variables: z.array(z.string()).describe("Variables that each script has."),
    agents: z.array(z.object({ name: z.string(), command: z.string() })),
    secrets: z.array(z.string()).describe("Names; values are never told."),
  })
  .meta({ id: "Vocabulary" });
export type Vocabulary = z.infer<typeof Vocabulary>;

export const ListIgnoredInput = inputOf({ project_id: Id });

/** A file in the definitions folder that looks like a definition but is not read. */
export const IgnoredFile = z
  .object({
    path: z.string().describe("Relative to the project's folder."),
    reason: z.string().describe("Goes on from the path, as in `is in a sub-folder …`."),
  })
  .meta({ id: "IgnoredFile" });
export type IgnoredFile = z.infer<typeof IgnoredFile>;

export const SyncDefinitionsInput = inputOf({ project_id: Id });

export const StatisticsInput = DefinitionInput.extend({
  runs: z.coerce
    .number()
    .int()
    .min(1)
    .max(500)
    .default(100)
    .describe("How many of its newest runs are looked at."),
});
export type StatisticsInput = z.output<typeof StatisticsInput>;

/** A run in a definition's figures. */
const CountedRun = z.object({
  id: z.string(),
  number: z.number().int(),
  name: z.string(),
  status: z.enum(RUN_STATUSES),
  created_at: z.string(),
  duration_ms: z
    .number()
    .nullable()
    .describe("From its start to its end, without the time in which it only waited; null until it ended."),
});
export type CountedRun = z.infer<typeof CountedRun>;

/** How a step did in the runs that are looked at. */
const CountedStep = z.object({
  step_id: z.string(),
  name: z.string(),
  kind: z.enum(STEP_KINDS),
  phase: z.string(),
  runs: z.number().int().describe("In how many of the runs it ended, well or not."),
  failed_runs: z.number().int().describe("In how many of them its last attempt failed."),
  flaky_runs: z
    .number()
    .int()
    .describe("In how many an attempt failed and a later one of the same run passed. None of an approval."),
  median_ms: z.number().nullable().describe("Of its last attempts that passed."),
});
export type CountedStep = z.infer<typeof CountedStep>;

/** Figures of a definition's newest runs. */
export const DefinitionStatistics = z
  .object({
    runs: z.array(CountedRun).describe("The runs that are looked at, newest first."),
    is_all: z.boolean().describe("It has no older runs than these."),
    completed: z.number().int(),
    failed: z.number().int(),
    cancelled: z.number().int(),
    success_rate: z
      .number()
      .nullable()
      .describe("Completed runs, as a share of those that completed or failed; null where none did."),
    median_ms: z.number().nullable().describe("Of the completed runs."),
    p95_ms: z.number().nullable().describe("Of the completed runs: nineteen of twenty took at most so long."),
    steps: z.array(CountedStep).describe("The first 200 in the order of the definition."),
  })
  .meta({ id: "DefinitionStatistics" });
export type DefinitionStatistics = z.infer<typeof DefinitionStatistics>;

/** How many definitions each kind of change affected when the folder was read. */
export const SyncResult = z
  .object({
    added: z.number().int(),
    changed: z.number().int(),
    invalid: z.number().int(),
    archived: z.number().int(),
    unchanged: z.number().int(),
  })
  .meta({ id: "SyncResult" });
export type SyncResult = z.infer<typeof SyncResult>;

/** A template in the list of templates. */
export const TemplateListItem = z
  .object({
    id: z.string().describe("A name of Phaseboard's own, or the definition's id."),
    slug: z.string(),
    type: z.enum(["yaml", "code"]),
    name: z.string(),
    description: z.string(),
    phases: z.array(z.string()),
    project: z
      .object({ id: z.string(), name: z.string(), slug: z.string() })
      .nullable()
      .describe("Whose definition it is; null for those that Phaseboard ships."),
  })
  .meta({ id: "TemplateListItem" });
export type TemplateListItem = z.infer<typeof TemplateListItem>;

export const Template = TemplateListItem.extend({ source: z.string() }).meta({ id: "Template" });
export type Template = z.infer<typeof Template>;

export const ListTemplatesInput = inputOf({ project_id: Id.describe("Where one is to be used.") });
export const TemplateInput = ListTemplatesInput.extend({ id: z.string().min(1).max(100) });
export type TemplateInput = z.infer<typeof TemplateInput>;
export const OfferDefinitionInput = DefinitionInput.extend({
  offered: z.boolean().describe("Whether members of the project may begin from it."),
});
export type OfferDefinitionInput = z.infer<typeof OfferDefinitionInput>;
