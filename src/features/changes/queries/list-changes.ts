import type { Caller } from "../../../auth/scope";
import type { PatchHunk } from "../../../git/diff/patch";
import { textOf } from "../../../git/diff/raw-diff";
import { readerOf } from "../../../git/reader";
import { AppError } from "../../../lib/errors";
import { decodeCursor, encodeCursor, PAGE_BYTES } from "../../../lib/page";
import { HUNK_BYTES, LISTED_LINES, MOST_BYTES, MOST_LINES } from "../limits";
import type { ChangedFile, Changes, ChangesInput } from "../schema";
import { type ComparedFile, type Comparison, compare } from "./compare";
import { type Found, findRange, type Range } from "./find-range";
import { readHunks } from "./read-hunks";

/** Lines of hunks that are read for a page; more are asked for by its cursor. */
const PAGE_LINES = 6_000;
/** Git's modes of what is no file. */
const KINDS: Record<string, ChangedFile["kind"]> = { "120000": "symlink", "160000": "submodule" };

/**
 * A page of the files that a run, or one of its steps, changed; with `path` that one with its hunks. Throws as
 * `findRange`, NOT_FOUND for a file that did not change, and CONFLICT where the run goes on from another page.
 */
export async function listChanges(caller: Caller, input: ChangesInput): Promise<Changes> {
  const found = await findRange(caller, input);
  if (!found.range) return { ...pageOf(found, NONE), items: [], next_cursor: null };
  const { range } = found;
  const all = await compare(range, input.w);
  const isAsked = input.path !== undefined;
  const start = isAsked ? 0 : startOf(range, input.cursor);
  const page = isAsked ? [fileAt(all, input.path ?? "")] : all.files.slice(start, start + input.limit);
  const chosen = isAsked || !input.hunks ? page : firstLines(page);
  const withHunks = chosen.filter((file) =>
    isAsked ? fits(file, MOST_LINES) : input.hunks && isListed(file),
  );
  const [hunks, sizes] = await Promise.all([
    readHunks(range, withHunks, input.w),
    sizesOf(
      range,
      chosen.filter(({ additions }) => additions === null),
    ),
  ]);
  const items = firstBytes(
    chosen.map((file) => shown(input, file, hunks, sizes, isAsked)),
    input.hunks ? HUNK_BYTES : PAGE_BYTES,
  );
  const end = start + items.length;
  const more = !isAsked && end < all.files.length;
  return {
    ...pageOf(found, all),
    items,
    next_cursor: more ? encodeCursor([range.from, range.to, String(end)]) : null,
  };
}

const NONE: Comparison = { files: [], additions: 0, deletions: 0 };

function pageOf({ run, range, note }: Found, { files, additions, deletions }: Comparison) {
  return {
    from: range?.from ?? null,
    to: range?.to ?? null,
    base: run.base,
    branch: run.branch,
    files: files.length,
    additions,
    deletions,
    note,
  };
}

/** Where a page begins. The pages of a list are all of the same two snapshots. */
function startOf(range: Range, cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  const [from, to, start] = decodeCursor(cursor, ["text", "text", "number"]);
  if (from === range.from && to === range.to && Number(start) >= 0) return Number(start);
  throw new AppError("CONFLICT", "The run has changed more files meanwhile. Start from the first page.", [
    { path: "cursor", message: "is of an earlier snapshot" },
  ]);
}

/** The changed file of this name. Throws NOT_FOUND. */
export function fileAt({ files }: Comparison, path: string): ComparedFile {
  const file = files.find((each) => textOf(each.path) === path);
  if (file) return file;
  throw new AppError(
    "NOT_FOUND",
    `The file ${path} did not change. \`changes\` without a path lists those that did.`,
    [{ path: "path", message: "is no file that changed" }],
  );
}

const linesOf = ({ additions, deletions }: ComparedFile) => (additions ?? 0) + (deletions ?? 0);
const fits = (file: ComparedFile, most: number) => linesOf(file) <= most;
const isListed = (file: ComparedFile) => !file.is_generated && fits(file, LISTED_LINES);

/** As many of the first files as have the lines of a page; one at least. */
function firstLines(files: readonly ComparedFile[]): ComparedFile[] {
  let lines = 0;
  return files.filter((file, at) => {
    lines += isListed(file) ? linesOf(file) : 0;
    return at === 0 || lines <= PAGE_LINES;
  });
}

function firstBytes(files: readonly ChangedFile[], most: number): ChangedFile[] {
  let bytes = 0;
  return files.filter((file, at) => {
    bytes += Buffer.byteLength(JSON.stringify(file));
    return at === 0 || bytes <= most;
  });
}

function shown(
  { id, step_id, hunks: asked }: ChangesInput,
  file: ComparedFile,
  hunks: ReadonlyMap<string, PatchHunk[]>,
  sizes: ReadonlyMap<string, number>,
  isAsked: boolean,
): ChangedFile {
  const { path, old_path, additions, old_id, new_id, old_mode, new_mode } = file;
  const found = hunks.get(path);
  const wanted = isAsked || asked;
  const tooLarge =
    wanted && additions !== null && (!found || bytesOf(found) > (isAsked ? MOST_BYTES : HUNK_BYTES / 2));
  const address = (side: "old" | "new", mode: string | null) => {
    if (mode === null || KINDS[mode] === "submodule") return null;
    const query = new URLSearchParams({
      ...(step_id === undefined ? {} : { step_id }),
      path: textOf(path),
      side,
    });
    return `/api/workflow-executions/${id}/changes/file?${query}`;
  };
  return {
    path: textOf(path),
    old_path: old_path === null ? null : textOf(old_path),
    status: file.status,
    kind: KINDS[new_mode ?? ""] ?? (new_mode === null ? KINDS[old_mode ?? ""] : undefined) ?? "file",
    similarity: file.similarity,
    additions,
    deletions: file.deletions,
    is_binary: additions === null,
    is_generated: file.is_generated,
    old_mode,
    new_mode,
    old_id,
    new_id,
    old_size: sizes.get(old_id ?? "") ?? null,
    new_size: sizes.get(new_id ?? "") ?? null,
    old_url: address("old", old_mode),
    new_url: address("new", new_mode),
    too_large: tooLarge,
    hunks: wanted && !tooLarge ? (found ?? []) : null,
  };
}

/** About the bytes that they have as JSON. */
function bytesOf(hunks: readonly PatchHunk[]): number {
  return hunks.reduce((sum, { lines }) => sum + lines.reduce((all, line) => all + line.length + 3, 150), 0);
}

/** The bytes of each side of these files, by their ids. */
async function sizesOf(
  { keeper, to }: Range,
  files: readonly ComparedFile[],
): Promise<ReadonlyMap<string, number>> {
  const ids = files.flatMap(({ old_id, new_id }) => [old_id, new_id].filter((id) => id !== null));
  if (ids.length === 0) return new Map();
  const input = ids.map((id) => `${id}\n`).join("");
  const said = await readerOf(keeper, to).text(["cat-file", "--batch-check=%(objectname) %(objectsize)"], {
    input,
  });
  return new Map(
    said.split("\n").map((line): [string, number] => {
      const [id = "", size = ""] = line.split(" ");
      return [id, Number(size)];
    }),
  );
}
