import { z } from "zod";
import { ArchiveError } from "../../archive/format";
import { parse } from "../../archive/reader";

/** What stands at the beginning of a backup. */
export const BackupHead = z.strictObject({
  kind: z.literal("backup"),
  format: z.literal(1),
  /** Of the Phaseboard that made it. */
  version: z.string(),
  made_at: z.string(),
  /** Times of the schema's migrations. */
  migrations: z.array(z.number()),
  tables: z.array(z.strictObject({ name: z.string(), columns: z.array(z.string()) })),
  with_secret: z.boolean(),
  /** Projects whose folder lies elsewhere than in the data folder. */
  outside: z.array(z.strictObject({ id: z.string(), slug: z.string() })),
});
export type BackupHead = z.infer<typeof BackupHead>;

/** Throws `ArchiveError` where the archive is no backup, or one of a format that only a newer version knows. */
export function parseHead(bytes: Buffer): BackupHead {
  const given = parse(bytes);
  if (given.kind !== "backup") {
    throw new ArchiveError(
      given.kind === "project"
        ? "The archive holds one project; take it in with npx phaseboard project import"
        : "The archive is no backup of Phaseboard",
    );
  }
  const head = BackupHead.safeParse(given);
  if (head.success) return head.data;
  throw new ArchiveError(
    typeof given.format === "number" && given.format > 1
      ? "The backup was made by a newer version of Phaseboard; restore it with that version"
      : "The archive's beginning is broken",
  );
}
