import { type SQL, sql } from "drizzle-orm";
import { authorizeProject, type Caller, type ReadScope } from "../../../auth/scope";
import { AppError } from "../../../lib/errors";
import type { CompareRunsInput } from "../schema";

/** What all compared runs have together, of steps, of artifacts and of files. */
export const MOST_CELLS = 5_000;

/** How many of them one of the runs may have. */
export const mostOf = (runs: number) => sql.raw(String(Math.floor(MOST_CELLS / runs)));

/** SQL: which runs of the project are asked for. */
export function isAsked({ project_id, runs }: CompareRunsInput): SQL {
  const isNumber = (ref: string) => /^\d+$/.test(ref);
  const numbers = sql.param(runs.filter(isNumber).map(Number));
  const ids = sql.param(runs.filter((ref) => !isNumber(ref)));
  return sql`r.project_id = ${project_id} and (r.number = any(${numbers}::int[]) or r.id = any(${ids}::text[]))`;
}

/**
 * Checks the right to see the project, then reads the runs that are asked for, in their order, each once. Throws NOT_FOUND
 * for what is no run of the project: only runs of one are compared. Two queries.
 */
export async function runsOf<R extends { id: string; number: number }>(
  caller: Caller,
  input: CompareRunsInput,
  read: (asked: SQL) => Promise<R[]>,
): Promise<{ scope: ReadScope; runs: R[] }> {
  const scope = await authorizeProject(caller, input.project_id, "project:read");
  const rows = await read(isAsked(input));
  const byRef = new Map(rows.flatMap((row) => [[String(row.number), row] as const, [row.id, row] as const]));
  const missing = input.runs.filter((ref) => !byRef.has(ref));
  if (missing.length > 0) {
    const named = missing.map((ref) => (/^\d/.test(ref) ? `#${ref}` : ref)).join(", ");
    throw new AppError(
      "NOT_FOUND",
      `The project has no ${missing.length === 1 ? "run" : "runs"} ${named}. Runs of several projects are not compared: their steps and args have nothing in common.`,
      missing.map((ref) => ({
        path: `runs.${input.runs.indexOf(ref)}`,
        message: "is no run of the project",
      })),
    );
  }
  const runs = new Set(input.runs.flatMap((ref) => byRef.get(ref) ?? []));
  return { scope, runs: [...runs] };
}
