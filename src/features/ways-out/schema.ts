import { z } from "zod";
import { Id } from "../../lib/ids";
import { flag, inputOf } from "../../lib/input";

const OfRun = { id: Id };

const Reason = z
  .string()
  .nullable()
  .describe("Why it cannot be, and what to do; null where it may be tried.");
const Done = z
  .boolean()
  .describe("It was done with the run's newest snapshot. What has happened there since is not looked at.");

export const WaysOutInput = inputOf({
  ...OfRun,
  fresh: flag(false).describe("1: the remote is asked for the base anew; else at most every half minute."),
});
export type WaysOutInput = z.output<typeof WaysOutInput>;

/** What may become of a run's changes. */
export const WaysOut = z
  .object({
    apply: z.object({ reason: Reason, done: Done }),
    push: z.object({
      reason: Reason,
      done: Done,
      remote: z.string().nullable().describe("Name of the remote that is meant where none is named."),
      branch: z.string().nullable().describe("The branch that it goes to where none is named."),
    }),
    pull_request: z.object({
      reason: Reason,
      url: z.string().nullable().describe("The one that was opened last."),
      number: z.number().int().nullable(),
    }),
    update: z.object({
      reason: Reason,
      base: z.string().nullable().describe("Name of the branch, tag or commit that the run began from."),
      behind: z
        .number()
        .int()
        .nullable()
        .describe("How many commits the base has that the run does not, merges not counted."),
      note: z
        .string()
        .nullable()
        .describe("What is to be known of the base, such as a remote that did not answer."),
    }),
  })
  .meta({ id: "WaysOut" });
export type WaysOut = z.infer<typeof WaysOut>;

/** A name that git takes for a branch. */
const BRANCH = /^(?![-./])(?!.*(?:\.\.|\/\/|@\{|\/\.|\.lock(?:\/|$)))[^\s~^:?*[\\\p{Cc}]+(?<![./])$/u;

/** A name of a branch that git takes; git has the last word. */
const Branch = z
  .string()
  .min(1)
  .max(200)
  .refine((name) => BRANCH.test(name), "must be a name of a branch")
  .refine((name) => !name.startsWith("refs/"), "must be a name without refs/heads/ in front");

export const PushInput = inputOf({
  ...OfRun,
  remote: z
    .string()
    .min(1)
    .max(100)
    .describe("Name of a remote of the project; default: origin, else its only one.")
    .optional(),
  branch: Branch.describe("Default: the run's own, `phaseboard/<number>-<name>`.").optional(),
});
export type PushInput = z.infer<typeof PushInput>;

export const Pushed = z
  .object({
    remote: z.string(),
    branch: z.string(),
    commit: z.string().describe("The branch's newest commit."),
    is_new: z.boolean().describe("False where the remote had all of it."),
  })
  .meta({ id: "PushedRun" });
export type Pushed = z.infer<typeof Pushed>;

export const ApplyInput = inputOf(OfRun);

export const Applied = z
  .object({
    branch: z.string().nullable().describe("The branch that the project's folder is on; null without git."),
    commit: z.string().nullable().describe("Its newest commit."),
    is_new: z.boolean().describe("False where all of it was there."),
  })
  .meta({ id: "AppliedRun" });
export type Applied = z.infer<typeof Applied>;

export const PullRequestInput = inputOf({
  ...OfRun,
  title: z.string().trim().min(1).max(256).describe("Default: the run's name.").optional(),
  body: z
    .string()
    .max(60_000)
    .describe("Markdown. Default: a link to the run, what it changed in numbers, who approved it.")
    .optional(),
  base: Branch.describe(
    "The branch that it is to go into; default: the one that the run began from.",
  ).optional(),
});
export type PullRequestInput = z.infer<typeof PullRequestInput>;

export const PullRequest = z
  .object({ url: z.string(), number: z.number().int() })
  .meta({ id: "PullRequest" });

export const OpenedPullRequest = PullRequest.extend({
  is_new: z.boolean().describe("False where one was open for the branch already."),
}).meta({ id: "OpenedPullRequest" });
export type OpenedPullRequest = z.infer<typeof OpenedPullRequest>;

export const UpdateInput = inputOf(OfRun);

export const UpdatedFromBase = z
  .object({
    base: z.string().describe("Name of the branch or tag."),
    commit: z.string().describe("Its commit, which the run's changes are compared with from now on."),
    snapshot: z.string(),
  })
  .meta({ id: "UpdatedFromBase" });
export type UpdatedFromBase = z.infer<typeof UpdatedFromBase>;
