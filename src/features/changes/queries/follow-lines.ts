import { movedLine } from "../../../git/diff/moved-line";
import { textOf } from "../../../git/diff/raw-diff";
import { GitFailed } from "../../../git/git";
import { readerOf } from "../../../git/reader";
import { AppError } from "../../../lib/errors";
import { compare } from "./compare";
import { readHunks } from "./read-hunks";

/** Lines of a file of one commit; `start_line` null: one line. */
export interface Lines {
  path: string;
  line: number;
  start_line: number | null;
}

/** The most of lines that are gone that is quoted, in characters. */
const MAX_QUOTE = 2_000;

/**
 * Where lines of the commit `from` are in the commit `to`, also in a file that was renamed. Null where the last of them
 * is gone or was changed; of the others those that are left count. Null too where a commit is not kept any more.
 */
export async function followLines(
  { keeper, from, to }: { keeper: string; from: string; to: string },
  { path, line, start_line }: Lines,
): Promise<Lines | null> {
  if (from === to) return { path, line, start_line };
  const range = { keeper, from, to };
  const compared = await compare(range, false).catch(nullWhereGone);
  if (!compared) return null;
  const file = compared.files.find(
    (each) => each.status !== "copied" && textOf(each.old_path ?? each.path) === path,
  );
  if (!file) return { path, line, start_line };
  // Deleted, or binary.
  if (file.new_id === null || file.additions === null) return null;
  const hunks = (await readHunks(range, [file], false)).get(file.path) ?? [];
  const last = movedLine(hunks, line);
  if (last === null) return null;
  let first = null;
  for (let at = start_line ?? line; at < line && first === null; at++) first = movedLine(hunks, at);
  return { path: textOf(file.path), line: last, start_line: first !== null && first < last ? first : null };
}

/** The words of lines in a commit; null where they cannot be read any more. */
export async function quoteLines(
  keeper: string,
  commit: string,
  { path, line, start_line }: Lines,
): Promise<string | null> {
  const git = readerOf(keeper, commit);
  const text = await git.text(["cat-file", "blob", `${commit}:${path}`]).catch((error: unknown) => {
    if (error instanceof GitFailed) return null;
    throw error;
  });
  const lines = text?.split("\n").slice((start_line ?? line) - 1, line) ?? [];
  return lines.length === 0 ? null : lines.join("\n").slice(0, MAX_QUOTE);
}

function nullWhereGone(error: unknown): null {
  if (error instanceof AppError && error.code === "CONFLICT") return null;
  throw error;
}
