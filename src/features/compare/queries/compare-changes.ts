import { type SQL, sql } from "drizzle-orm";
import type { Caller } from "../../../auth/scope";
import type { ReadDb } from "../../../db/client";
import { textOf } from "../../../git/diff/raw-diff";
import { align } from "../../../lib/align";
import { AppError } from "../../../lib/errors";
import { type Comparison as Changed, compare } from "../../changes/queries/compare";
import { type RangeOfRun, rangeOfRun } from "../../changes/queries/find-range";
import { getProjectPath } from "../../projects/queries";
import type { ComparedChanges, CompareRunsInput } from "../schema";
import { MOST_CELLS, runsOf } from "./runs-of";

type Row = RangeOfRun & { id: string; number: number };

/**
 * What each of the runs changed against where it began, file by file. Three queries; git is asked for each run once, and
 * what it said is kept.
 */
export async function compareChanges(caller: Caller, input: CompareRunsInput): Promise<ComparedChanges> {
  const { scope, runs } = await runsOf(caller, input, (asked) => readRuns(caller.db, asked));
  const path = await getProjectPath(caller.db, scope);
  const found = await Promise.all(runs.map((run) => changesOf(path, run)));
  const most = Math.floor(MOST_CELLS / runs.length);
  const all = found.map(({ changed }) => changed?.files ?? []);
  const rows = align(
    all.map((files) => files.slice(0, most)),
    ({ path }) => path,
  );
  const files = rows.map((of) => ({
    path: textOf(of.find((file) => file !== null)?.path ?? ""),
    of: of.map(
      (file) =>
        file && {
          status: file.status,
          additions: file.additions,
          deletions: file.deletions,
          content_id: file.new_mode === null ? null : file.new_id,
        },
    ),
  }));
  return {
    files: files.sort((a, b) => (a.path < b.path ? -1 : 1)),
    files_left_out: all.reduce((sum, { length }) => sum + Math.max(0, length - most), 0),
    runs: runs.map(({ id }, at) => {
      const { changed = null, note = null } = found[at] ?? {};
      const counts = changed && {
        files: changed.files.length,
        additions: changed.additions,
        deletions: changed.deletions,
      };
      return { id, counts, note };
    }),
  };
}

async function readRuns(db: ReadDb, asked: SQL): Promise<Row[]> {
  const { rows } = await db.execute<Row & Record<string, unknown>>(sql`
    select r.id, r.number, r.workspace, r.base_commit, r.snapshot from workflow_runs r where ${asked}`);
  return rows;
}

/** What one run changed, or why that is not known. */
async function changesOf(path: string, run: Row): Promise<{ changed: Changed | null; note: string | null }> {
  try {
    const { range, note } = await rangeOfRun(path, run);
    return range ? { changed: await compare(range, false), note: null } : { changed: null, note };
  } catch (error) {
    if (error instanceof AppError) return { changed: null, note: error.message };
    throw error;
  }
}
