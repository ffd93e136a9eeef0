import type { DefinitionFile } from "./files";
import { stemOf } from "./files";
import type { DefinitionRow } from "./rows";

/** A definition's row; `has_revision`: its file was valid at least once. */
export type KnownRow = Pick<DefinitionRow, "id" | "path" | "status" | "created_at" | "updated_at"> & {
  has_revision: boolean;
};

/** If two new files have the same stem, the extension that comes first here wins. */
const ORDER = [".yaml", ".yml", ".ts"];

/**
 * Refuses all files but one of each stem. The file that was there first wins, so a second file only gets an
 * error of its own. `rows` are the project's definitions.
 */
export function refuseSeconds(files: readonly DefinitionFile[], rows: readonly KnownRow[]): DefinitionFile[] {
  const first = new Map<string, DefinitionFile>();
  const since = (file: DefinitionFile) =>
    rows.find((row) => row.path === file.path && row.has_revision && row.status !== "archived")?.created_at;
  const rank = ({ path }: DefinitionFile) => ORDER.findIndex((end) => path.toLowerCase().endsWith(end));
  for (const file of files) {
    const stem = stemOf(file.path);
    const before = first.get(stem);
    if (!before) first.set(stem, file);
    else {
      const [old, young] = [since(before) ?? "~", since(file) ?? "~"];
      if (young < old || (young === old && rank(file) < rank(before))) first.set(stem, file);
    }
  }
  return files.map((file) => {
    const kept = first.get(stemOf(file.path));
    if (kept === file || !kept) return file;
    const mend = "delete one of the two, or give this one another name";
    const refused = `has the name of ${kept.path}, which is this definition already; ${mend}`;
    return { ...file, content: { refused } };
  });
}

/**
 * The row that belongs to a file: its own, or that of a vanished file with the same stem, so that slug,
 * triggers and history go on. `instead` is the file's own unused row, which can then be deleted.
 */
export function rowOf<Row extends KnownRow>(
  file: DefinitionFile,
  files: readonly DefinitionFile[],
  rows: readonly Row[],
): { row: Row | undefined; instead?: Row } {
  const own = rows.find(({ path }) => path === file.path);
  // While two files have the same stem, the refused one keeps a row of its own for its error.
  const isAlone = files.every((each) => each === file || stemOf(each.path) !== stemOf(file.path));
  if (own?.has_revision || !isAlone) return { row: own };
  const there = new Set(files.map(({ path }) => path));
  const [former] = rows
    .filter(({ path }) => stemOf(path) === stemOf(file.path) && !there.has(path))
    .sort(
      (a, b) =>
        Number(b.has_revision) - Number(a.has_revision) ||
        Number(a.status === "archived") - Number(b.status === "archived") ||
        (a.updated_at < b.updated_at ? 1 : -1),
    );
  if (!former) return { row: own };
  return own ? { row: former, instead: own } : { row: former };
}

/** True if the row's file was never anything but the refused second file of a stem. */
export function isSecond({ id, path, has_revision }: KnownRow, rows: readonly KnownRow[]): boolean {
  return !has_revision && rows.some((row) => row.id !== id && stemOf(row.path) === stemOf(path));
}
