import { type PatchFile, type PatchHunk, parsePatch } from "../../../git/diff/patch";
import { textOf } from "../../../git/diff/raw-diff";
import { type GitReader, readerOf } from "../../../git/reader";
import type { ComparedFile } from "./compare";
import type { Range } from "./find-range";

const TEXT = ["--no-ext-diff", "--no-textconv", "--no-color", "--full-index"];
const PATCH = ["diff-tree", "-r", "-p", "--submodule=short", ...TEXT];

type Hunks = Map<string, PatchHunk[]>;

/**
 * The hunks of these files, by their paths; of a binary one, and of one of which nothing but the mode changed, there are
 * none. Two calls of git, but for files that it pairs otherwise when it sees them without the rest.
 */
export async function readHunks(
  range: Range,
  files: readonly ComparedFile[],
  ignoreSpace: boolean,
): Promise<Hunks> {
  const git = readerOf(range.keeper, range.to);
  const space = ignoreSpace ? ["-w"] : [];
  const textual = files.filter(({ additions }) => additions !== null);
  // An argument is UTF-8, so a name that is none cannot be one.
  const moved = textual.filter(({ path, old_path }) => old_path !== null && isText(path) && isText(old_path));
  const stay = textual.filter(({ path, old_path }) => old_path === null && isText(path));
  const patchOf = async (how: string[], paths: string[]): Promise<Map<string, PatchFile>> => {
    if (paths.length === 0) return new Map();
    const args = [...PATCH, ...space, ...how, range.from, range.to, "--", ...new Set(paths)];
    return parsePatch(await git.bytes(args));
  };
  const [stayed, paired] = await Promise.all([
    patchOf(
      ["--no-renames"],
      stay.map(({ path }) => textOf(path)),
    ),
    patchOf(
      ["-M", "-C", "-l0"],
      moved.flatMap(({ path, old_path }) => [textOf(path), textOf(old_path ?? "")]),
    ),
  ]);
  const found: Hunks = new Map(stay.map(({ path }) => [path, stayed.get(path)?.hunks ?? []]));
  const rest = textual.filter((file) => !found.has(file.path));
  await Promise.all(
    rest.map(async (file) => {
      const pair = paired.get(file.path);
      const isSame = pair?.ids === `${file.old_id}..${file.new_id}`;
      found.set(file.path, isSame ? pair.hunks : await hunksOfContents(git, file, space));
    }),
  );
  return found;
}

/** A file by its two contents alone. */
async function hunksOfContents(
  git: GitReader,
  { old_id, new_id }: ComparedFile,
  space: readonly string[],
): Promise<PatchHunk[]> {
  if (old_id === new_id) return [];
  if (old_id !== null && new_id !== null) {
    const patch = parsePatch(await git.bytes(["diff", ...TEXT, ...space, old_id, new_id]));
    return [...patch.values()].flatMap(({ hunks }) => hunks);
  }
  const content = (await git.bytes(["cat-file", "blob", old_id ?? new_id ?? ""])).toString("utf8");
  if (content === "") return [];
  const isAdded = old_id === null;
  const no_newline = !content.endsWith("\n");
  const lines = (no_newline ? content : content.slice(0, -1)).split("\n");
  const here = { start: 1, lines: lines.length };
  const none = { start: 0, lines: 0 };
  const [before, after] = isAdded ? [none, here] : [here, none];
  return [
    {
      old_start: before.start,
      old_lines: before.lines,
      new_start: after.start,
      new_lines: after.lines,
      section: "",
      lines: lines.map((line) => `${isAdded ? "+" : "-"}${line}`),
      old_no_newline: !isAdded && no_newline,
      new_no_newline: isAdded && no_newline,
    },
  ];
}

const isText = (path: string | null) =>
  path !== null && Buffer.from(textOf(path), "utf8").toString("latin1") === path;
