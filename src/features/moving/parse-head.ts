import { ArchiveError, shown } from "../../archive/format";
import { parse } from "../../archive/reader";
import { ProjectHead } from "./schema";

/** Throws `ArchiveError` where the archive holds no project, or one of a format that only a newer version knows. */
export function parseProjectHead(bytes: Buffer): ProjectHead {
  const given = parse(bytes);
  if (given.kind === "backup")
    throw new ArchiveError(
      "The file is a backup of a whole installation; restore it with npx phaseboard restore",
    );
  if (given.kind === "project" && typeof given.format === "number" && given.format > 1)
    throw new ArchiveError("The archive was made by a newer version of Phaseboard; import it there");
  const head = ProjectHead.safeParse(given);
  if (head.success) return head.data;
  const [issue] = head.error.issues;
  const place = [...(issue?.path ?? []), ...(issue?.code === "unrecognized_keys" ? issue.keys : [])].join(
    ".",
  );
  throw new ArchiveError(`The archive's beginning is not as it should be at ${shown(place)}`);
}
