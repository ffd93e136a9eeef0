import { z } from "zod";
import { Id } from "../../lib/ids";
import { inputOf } from "../../lib/input";
import { PageInput } from "../../lib/page";
import { MAX_NAME_LENGTH } from "./limits";

export const FILE_TYPES = ["image", "video", "document", "code", "other"] as const;
export type FileType = (typeof FILE_TYPES)[number];

export const Artifact = z
  .object({
    id: z.string(),
    workflow_run_id: z.string(),
    workflow_run_step_id: z.string().describe("The step's row."),
    step_id: z.string().describe("The step's id in the definition."),
    workflow_comment_id: z.string().nullable().describe("Null: attached to no comment."),
    name: z.string().describe("As it was sent: it may hold slashes and anything else but U+0000."),
    file_path: z.string().describe("Relative to the project's folder."),
    file_type: z.enum(FILE_TYPES),
    mime_type: z.string(),
    size_bytes: z.number().int(),
    sha256: z.string().describe("Of the content, in hex."),
    file_missing: z
      .boolean()
      .describe(
        "Its file is gone from the project's folder, or changed there. With an object store only the download tells.",
      ),
    removed_at: z
      .string()
      .nullable()
      .describe("Since when its file is gone by the project's retention; what is said of it stays."),
    created_at: z.string(),
    updated_at: z.string(),
  })
  .meta({ id: "Artifact" });
export type Artifact = z.infer<typeof Artifact>;

/** The form fields of an upload. Postgres cannot store U+0000, so a name has U+FFFD in its place. */
export const UploadFields = inputOf({
  step_id: z
    .string("is needed: the step that the file belongs to")
    .min(1)
    .max(64)
    .describe("The step's id in the definition, or its row's."),
  name: z
    .string("is needed, since the file comes without a name")
    .max(MAX_NAME_LENGTH)
    .transform((name) => name.replaceAll("\0", "\uFFFD")),
  file_type: z.enum(FILE_TYPES).describe("Absent: derived from name and content.").optional(),
  comment_id: Id.describe("A comment of the same run, to which it is attached at once.").optional(),
});
export type UploadFields = z.infer<typeof UploadFields>;

export const ListArtifactsInput = PageInput.extend({
  run_id: Id,
  step_id: z
    .string()
    .min(1)
    .max(64)
    .describe("Those of one step alone: its id in the definition, or its row's.")
    .optional(),
  comment_id: Id.describe("Those that are attached to this comment alone.").optional(),
});
export type ListArtifactsInput = z.output<typeof ListArtifactsInput>;

export const ArtifactInput = inputOf({ id: Id });
export const AttachArtifactInput = inputOf({
  id: Id,
  comment_id: Id.describe("A comment of the same run."),
});

const ARCHIVE_FORMATS = ["zip", "tar", "tar.gz"] as const;
export type ArchiveFormat = (typeof ARCHIVE_FORMATS)[number];

const ArchiveEntry = z.object({
  position: z.number().int().describe("From 0; by it the entry is asked for."),
  name: z.string().describe("As the archive has it: it may lead anywhere, so do not write to it unchecked."),
  type: z.enum(["file", "directory", "link", "other"]),
  size_bytes: z.number().int().describe("Unpacked, as the archive says."),
  modified_at: z.string().nullable(),
});
export type ArchiveEntry = z.infer<typeof ArchiveEntry>;

export const ArchiveListing = z.object({
  format: z.enum(ARCHIVE_FORMATS),
  entries: z.array(ArchiveEntry),
  ended: z
    .enum(["whole", "limit", "broken"])
    .describe("`limit`: it has more than is listed. `broken`: it cannot be read any further."),
});
export type ArchiveListing = z.infer<typeof ArchiveListing>;

export const ReportLink = z.object({
  url: z
    .string()
    .describe(
      "Path on this server, for whoever has it. Its files are the artifacts of the same step, by their names.",
    ),
  expires_at: z.string(),
});
export type ReportLink = z.infer<typeof ReportLink>;

/** The files of a run, or of one of its steps, as one. */
export const AllArtifactsQuery = inputOf({
  step_id: z.string().min(1).max(64).optional(),
});
