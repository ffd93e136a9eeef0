import { parseRawDiff, type RawChange } from "../../../git/diff/raw-diff";
import { GitFailed } from "../../../git/git";
import { readerOf } from "../../../git/reader";
import { gone, type Range } from "./find-range";
import { generatedOf } from "./generated";

/** A file that differs. Its names are bytes, each as one character. */
export interface ComparedFile extends RawChange {
  is_generated: boolean;
}

export interface Comparison {
  /** In git's order, which is that of their names' bytes. */
  files: ComparedFile[];
  additions: number;
  deletions: number;
}

/** Files of all comparisons that are kept, about 500 bytes each. */
const MOST_FILES = 100_000;

/** What never changes: two commits and what differs between them. The one that was asked for last stands last. */
const kept = new Map<string, Promise<Comparison>>();
const sizes = new Map<string, number>();

/** How git pairs files that were moved or copied. Above this many it looks for those alone that are the same. */
const MOVES = ["-M", "-C", "-l1000"];
const COMPARE = [
  "diff-tree",
  "-r",
  "-z",
  "--raw",
  "--numstat",
  "--no-abbrev",
  "--no-ext-diff",
  "--no-textconv",
];

/** The files that differ between two snapshots. Throws CONFLICT where these are gone. */
export function compare(range: Range, ignoreSpace: boolean): Promise<Comparison> {
  const key = JSON.stringify([range, ignoreSpace]);
  const known = kept.get(key);
  const asked = known ?? read(range, ignoreSpace);
  kept.delete(key);
  kept.set(key, asked);
  if (!known) {
    asked.then(
      ({ files }) => {
        sizes.set(key, files.length);
        forget();
      },
      () => kept.delete(key),
    );
  }
  return asked;
}

/** Lets go of those that were not asked for the longest. */
function forget(): void {
  let total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  for (const key of kept.keys()) {
    if (total <= MOST_FILES && kept.size <= 200) return;
    total -= sizes.get(key) ?? 0;
    kept.delete(key);
    sizes.delete(key);
  }
}

async function read(range: Range, ignoreSpace: boolean): Promise<Comparison> {
  const git = readerOf(range.keeper, range.to);
  const args = [...COMPARE, ...MOVES, ...(ignoreSpace ? ["-w"] : []), range.from, range.to];
  const changes = parseRawDiff(await git.bytes(args).catch((error) => whyFailed(range, error)));
  const generated = await generatedOf(git, range.to, changes);
  const files = changes.map((change) => ({ ...change, is_generated: generated.has(change.path) }));
  const sumOf = (side: "additions" | "deletions") => files.reduce((sum, file) => sum + (file[side] ?? 0), 0);
  return { files, additions: sumOf("additions"), deletions: sumOf("deletions") };
}

/** Tells snapshots that are gone from a fault of ours. */
async function whyFailed({ keeper, from, to }: Range, error: unknown): Promise<never> {
  const git = readerOf(keeper, to);
  for (const id of [from, to]) {
    await git.text(["cat-file", "-e", `${id}^{tree}`]).catch((fault) => {
      throw fault instanceof GitFailed ? gone() : fault;
    });
  }
  throw error;
}
