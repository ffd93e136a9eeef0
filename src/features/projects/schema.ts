import { z } from "zod";
import { Id } from "../../lib/ids";
import { inputOf } from "../../lib/input";
import { LEAST_LOG_BYTES, MOST_LOG_BYTES } from "../../model/log-bytes";
import { RETENTION_AGE } from "../../model/retention";
import { PROJECT_ROLES } from "../../model/roles";
import { RUN_STATUSES, WORKSPACES } from "../../model/states";

export const ProjectName = z.string().trim().min(1, "must not be empty").max(100);

const Age = z
  .string()
  .regex(RETENTION_AGE, "must be an age such as 90d or 36h, or forever")
  .describe("`90d`, `36h`, or `forever`.");

/** What goes by age and what stays. What is left out is the installation's. */
export const Retention = inputOf({
  runs: Age.describe(
    "Ended runs with all that is theirs, so long after their end. `90d`, `36h`, or `forever`.",
  ).optional(),
  logs: Age.describe("Logs of ended runs.").optional(),
  artifacts: Age.describe("Files of artifacts of ended runs.").optional(),
  events: Age.describe("Events, which the streams give again to who was away.").optional(),
  keep_last: z
    .int()
    .min(0)
    .max(100_000)
    .describe("So many of the newest runs of each definition stay, however old they are.")
    .optional(),
}).meta({ id: "Retention" });
export type Retention = z.infer<typeof Retention>;

export const Project = z
  .object({
    id: z.string(),
    name: z.string(),
    slug: z.string(),
    path: z.string(),
    made_by_us: z.boolean().describe("Phaseboard made the folder; it goes with the project."),
    max_concurrent_runs: z.number().int(),
    workspace: z
      .enum(WORKSPACES)
      .nullable()
      .describe(
        "Where runs work unless their definition says so; null: a clone of a git project, else a copy.",
      ),
    shared_at_once: z.boolean().describe("Whether runs that share the folder may work at the same time."),
    workspace_hours: z.number().int().describe("For so long a run's folder stays after its end."),
    log_bytes: z
      .number()
      .int()
      .describe(
        "Bytes that a step may write to its log. Past them the middle is dropped, and the last 256 KB are kept.",
      ),
    git_secret: z
      .string()
      .nullable()
      .describe(
        "Name of the secret that signs in to the git remote; null: as the server's git is signed in.",
      ),
    git_user: z
      .string()
      .nullable()
      .describe(
        "The user name beside it; null: the one in the remote's address, else one that takes tokens.",
      ),
    git_api_url: z
      .string()
      .nullable()
      .describe("Where pull requests are asked for; null: worked out of the remote's address."),
    archive_days: z
      .number()
      .int()
      .nullable()
      .describe("So many days after their end runs are archived; null: only by hand."),
    retention: Retention.describe("Its own; `GET …/retention` says what holds with the installation's."),
    created_at: z.string(),
    updated_at: z.string(),
    role: z.enum(PROJECT_ROLES).describe("The caller's own."),
  })
  .meta({ id: "Project" });
export type Project = z.infer<typeof Project>;

/** How many of its newest runs say how a project does. */
export const RECENT_RUNS = 12;

/** A project in lists, with how its runs do. */
export const ProjectListItem = Project.extend({
  active_runs: z.number().int(),
  recent_runs: z
    .array(z.enum(RUN_STATUSES))
    .describe(`The statuses of its newest ${RECENT_RUNS} runs, newest first.`),
  starred: z.boolean().describe("The caller has put it before their other projects."),
  last_run_at: z.string().nullable().describe("When its newest run was made; null: it has none."),
}).meta({ id: "ProjectListItem" });
export type ProjectListItem = z.infer<typeof ProjectListItem>;

export const StarProjectInput = inputOf({ id: Id, starred: z.boolean().default(true) });
export type StarProjectInput = z.output<typeof StarProjectInput>;
export const StarredProject = z.object({ id: z.string(), starred: z.boolean() });
export type StarredProject = z.infer<typeof StarredProject>;

export const CreateProjectInput = inputOf({
  name: ProjectName,
  path: z
    .string()
    .min(1)
    .max(4096)
    .describe("Absolute folder; absent: one of its own under the data folder.")
    .optional(),
  git_url: z
    .string()
    .trim()
    .min(1)
    .max(2000)
    .describe("Address of a git repository that is cloned into a folder of its own; not together with path.")
    .optional(),
});
export type CreateProjectInput = z.infer<typeof CreateProjectInput>;

/** Whether the caller may create projects. */
export const MayCreate = z.object({
  allowed: z.boolean(),
  reason: z.string().nullable().describe("Why not, and who can help; null where they may."),
});
export type MayCreate = z.infer<typeof MayCreate>;

/** What keeps processes of projects from the server and from each other on its machine. */
export const ProjectBox = z.object({
  kind: z.enum(["bubblewrap", "user", "none"]),
  says: z.string().describe("What holds, in words."),
});
export type ProjectBox = z.infer<typeof ProjectBox>;

/** What a project takes of the disk of the machine that answers. */
export const ProjectDisk = z
  .object({
    artifacts_bytes: z.number().describe("Its artifacts, wherever they are stored."),
    snapshots_bytes: z
      .number()
      .nullable()
      .describe(
        "Snapshots of its runs' files, in its repository or beside it. They go with their runs, at the repository's next `git gc`. Null where git is too old to tell.",
      ),
    workspaces_bytes: z.number().describe("Folders of its runs. They go some hours after a run's end."),
    workspaces_count: z.number().int(),
    runs: z
      .array(
        z.object({
          id: z.string(),
          number: z.number().int(),
          name: z.string(),
          status: z.enum(RUN_STATUSES),
          bytes: z.number(),
        }),
      )
      .describe("The largest of them, largest first; at most 20."),
  })
  .meta({ id: "ProjectDisk" });
export type ProjectDisk = z.infer<typeof ProjectDisk>;

const SIZES = {
  logs_bytes: z.number().describe("Of ended runs."),
  artifacts_bytes: z.number(),
  outputs_bytes: z.number().describe("What steps, and the run's code, gave."),
};
const Sizes = z.object(SIZES);
export type Sizes = z.infer<typeof Sizes>;

/** What a project's runs keep. */
export const ProjectSizes = z
  .object({
    ...SIZES,
    uncounted: z
      .number()
      .int()
      .describe("Ended runs whose logs were not measured; the sums are without them."),
    definitions: z
      .array(
        z.object({ id: z.string(), name: z.string(), slug: z.string(), runs: z.number().int(), ...SIZES }),
      )
      .describe("Those that keep most, largest first; at most 50."),
    runs: z
      .array(
        z.object({
          id: z.string(),
          number: z.number().int(),
          name: z.string(),
          status: z.enum(RUN_STATUSES),
          ...SIZES,
        }),
      )
      .describe("Those that keep most, largest first; at most 20."),
  })
  .meta({ id: "ProjectSizes" });
export type ProjectSizes = z.infer<typeof ProjectSizes>;

export const ProjectInput = inputOf({ id: Id });
export const ProjectBySlugInput = inputOf({ slug: z.string().min(1).max(100) });

export const UpdateProjectInput = inputOf({
  id: Id,
  name: ProjectName.optional(),
  max_concurrent_runs: z.number().int().min(1).max(1000).optional(),
  workspace: z.enum(WORKSPACES).nullable().optional(),
  shared_at_once: z.boolean().optional(),
  workspace_hours: z.number().int().min(0).max(8760).optional(),
  log_bytes: z.number().int().min(LEAST_LOG_BYTES).max(MOST_LOG_BYTES).optional(),
  archive_days: z.number().int().min(1).max(3650).nullable().optional(),
  retention: Retention.describe("All of it: what is left out is the installation's.").optional(),
  git_secret: z.string().min(1).max(100).nullable().optional(),
  git_user: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .regex(/^[^\p{Cc}]+$/u, "must be one line")
    .nullable()
    .optional(),
  git_api_url: z
    .url({ protocol: /^https?$/, error: "must be an address with https://" })
    .max(500)
    .refine(
      (url) => !/^https?:\/\/[^/]*@/.test(url),
      "must have no name or password; `git_secret` names what signs in",
    )
    .nullable()
    .optional(),
});
export type UpdateProjectInput = z.infer<typeof UpdateProjectInput>;
