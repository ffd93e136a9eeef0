import { z } from "zod";
import { Project } from "../projects/schema";

/** What an export of the project takes along. */
export const ExportOutline = z.object({
  refusal: z
    .string()
    .nullable()
    .describe("Why there can be no export now, and what to do; null: it can begin."),
  files_bytes: z
    .number()
    .describe("The project's folder on the disk; an archive is packed, so mostly smaller."),
  runs_count: z.number().int(),
  active_runs_count: z.number().int().describe("Of them under way: they would go on in both places."),
  definitions_count: z.number().int(),
  secrets_count: z.number().int().describe("Secrets, whose values stay behind."),
});
export type ExportOutline = z.infer<typeof ExportOutline>;

/** What stands at the beginning of a project's archive. */
export const ProjectHead = z.strictObject({
  kind: z.literal("project"),
  format: z.literal(1),
  version: z.string().max(100),
  made_at: z.string().max(100),
  project: z.strictObject({ id: z.string().max(64), name: z.string().max(200), slug: z.string().max(200) }),
  tables: z
    .array(z.strictObject({ name: z.string().max(64), columns: z.array(z.string().max(64)).max(200) }))
    .max(100),
  /** Everybody whom a row names. */
  people: z
    .array(z.strictObject({ id: z.string().max(64), name: z.string().max(200), email: z.string().max(320) }))
    .max(100_000),
  /** Names of the project's secrets; their values stay behind. */
  secrets: z.array(z.string().max(200)).max(1_000),
});
export type ProjectHead = z.infer<typeof ProjectHead>;

/** What came of an import. */
export const ImportedProject = z
  .object({
    project: Project,
    slug_before: z
      .string()
      .describe("The name in addresses that it had; where another project has it here, the new one differs."),
    people_found: z.number().int().describe("People of the archive who have an account here, by e-mail."),
    people_kept_as_names: z
      .array(z.string())
      .describe("Those who have none: what they did keeps their name, and nobody can sign in as them."),
    secrets_to_set: z
      .array(z.string())
      .describe("Names of secrets that the project had; an archive holds no values."),
    webhooks_to_sign: z.number().int().describe("Webhooks that need a new signing secret."),
  })
  .meta({ id: "ImportedProject" });
export type ImportedProject = z.infer<typeof ImportedProject>;
