import { z } from "zod";
import { CHANGE_STATUSES } from "../../git/diff/raw-diff";
import { Id } from "../../lib/ids";
import { flag, inputOf } from "../../lib/input";
import { PageInput, pageOf } from "../../lib/page";
import { LISTED_LINES } from "./limits";

/** What a run changed against its base, or one of its steps against what it found. */
const OfChanges = {
  id: Id,
  step_id: z
    .string()
    .min(1)
    .max(64)
    .describe(
      "Only what this step changed, by its id in the definition or its row's: its newest attempt. Absent: all that the run changed against its base.",
    )
    .optional(),
};

const FilePath = z.string().min(1).max(4_096);

export const ChangesInput = PageInput.extend({
  ...OfChanges,
  path: FilePath.describe("Only this file, with its hunks.").optional(),
  hunks: flag(false).describe(
    `1: each file of the page has its hunks too, but for generated ones and those of more than ${LISTED_LINES.toLocaleString("en")} changed lines.`,
  ),
  w: flag(false).describe("1: white space does not count."),
});
export type ChangesInput = z.output<typeof ChangesInput>;

/** What the patch and the archive take beside the run. */
export const PatchQuery = inputOf({ step_id: OfChanges.step_id });

export const ChangedFileQuery = inputOf({
  step_id: OfChanges.step_id,
  path: FilePath,
  side: z.enum(["old", "new"]).default("new"),
});
export type ChangedFileQuery = z.output<typeof ChangedFileQuery>;

export const Hunk = z
  .object({
    old_start: z.number().int().describe("Its first line in the old file, from 1; 0 where it has none."),
    old_lines: z.number().int(),
    new_start: z.number().int(),
    new_lines: z.number().int(),
    section: z.string().describe("The line above that it belongs to, as a function's head; else empty."),
    lines: z
      .array(z.string())
      .describe("Each behind its sign: a space of an unchanged line, `-` of the old file, `+` of the new."),
    old_no_newline: z.boolean().describe("The old file ends in this hunk, and without a line end."),
    new_no_newline: z.boolean(),
  })
  .meta({ id: "Hunk" });
export type Hunk = z.infer<typeof Hunk>;

const side = (of: string) => ({
  mode: z
    .string()
    .nullable()
    .describe(`Git's mode of the ${of} file, such as \`100644\`; null where it is not there.`),
  id: z.string().nullable().describe(`Git's id of the ${of} content, or of a submodule's commit.`),
  size: z.number().int().nullable().describe(`Bytes of the ${of} file, where it is binary.`),
  url: z.string().nullable().describe(`Address of the ${of} file's bytes, where it is one.`),
});
const OLD = side("old");
const NEW = side("new");

export const ChangedFile = z
  .object({
    path: z.string().describe("From the top of the project; what is no UTF-8 in it reads U+FFFD."),
    old_path: z.string().nullable().describe("What it was `renamed` or `copied` from."),
    status: z
      .enum(CHANGE_STATUSES)
      .describe("`type_changed`: a file became a symbolic link, say; `mode_changed`: nothing but its mode."),
    kind: z
      .enum(["file", "symlink", "submodule"])
      .describe("A link's content is where it leads, a submodule's is its commit."),
    similarity: z.number().int().nullable().describe("How alike both sides of a move are, in percent."),
    additions: z.number().int().nullable().describe("Lines; null of a binary file."),
    deletions: z.number().int().nullable(),
    is_binary: z.boolean(),
    is_generated: z
      .boolean()
      .describe("A lock file, a minified one, or one that `.gitattributes` calls `linguist-generated`."),
    old_mode: OLD.mode,
    new_mode: NEW.mode,
    old_id: OLD.id,
    new_id: NEW.id,
    old_size: OLD.size,
    new_size: NEW.size,
    old_url: OLD.url,
    new_url: NEW.url,
    too_large: z
      .boolean()
      .describe("Its diff is too large for this answer: ask by `path`, or take the patch."),
    hunks: z.array(Hunk).nullable().describe("Null where they were not asked for or are `too_large`."),
  })
  .meta({ id: "ChangedFile" });
export type ChangedFile = z.infer<typeof ChangedFile>;

export const Changes = pageOf(ChangedFile).extend({
  from: z.string().nullable().describe("The commit that is compared with; null while there is nothing."),
  to: z.string().nullable().describe("The snapshot that is shown."),
  base: z.string().nullable().describe("What the run began from, where a name was given."),
  branch: z.string().nullable().describe("The run's own branch, where it has one."),
  files: z.number().int().describe("How many files changed in all, on every page."),
  additions: z.number().int(),
  deletions: z.number().int(),
  note: z.string().nullable().describe("Why there is nothing, and what to do."),
});
export type Changes = z.infer<typeof Changes>;

/** What a run changed, in numbers. */
export const ChangeCounts = z
  .object({ files: z.number().int(), additions: z.number().int(), deletions: z.number().int() })
  .meta({ id: "ChangeCounts" });
export type ChangeCounts = z.infer<typeof ChangeCounts>;
