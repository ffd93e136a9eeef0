import { and, eq, or } from "drizzle-orm";
import { authorizeRun, type Caller } from "../../../auth/scope";
import { workflowRunSteps, workflowRuns } from "../../../db/schema/runs";
import { GitFailed } from "../../../git/git";
import { keeperOf } from "../../../git/keeper";
import { AppError } from "../../../lib/errors";
import { isStepEnded } from "../../../model/states";
import { getProjectPath } from "../../projects/queries";

/** The tree without a file, for a run that began from nothing; git knows it without having it. */
const EMPTY_TREE = {
  40: "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
  64: "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
} as const;

export interface Range {
  /** The `.git` folder that keeps both. */
  keeper: string;
  /** Commits, or trees. */
  from: string;
  to: string;
}

/** What is to be compared; `range` null while there is nothing, with the reason. */
export type Found = { run: { number: number; base: string | null; branch: string | null } } & (
  | { range: Range; note: null }
  | { range: null; note: string }
);

/**
 * Checks the right to see a run's changes, and finds what to compare. Throws NOT_FOUND or FORBIDDEN, and CONFLICT where
 * a run has no files of its own.
 */
export async function findRange(
  caller: Caller,
  { id, step_id }: { id: string; step_id?: string | undefined },
): Promise<Found> {
  const scope = await authorizeRun(caller, id, "project:read");
  const [[run], step, path] = await Promise.all([
    caller.db
      .select({
        number: workflowRuns.number,
        workspace: workflowRuns.workspace,
        base: workflowRuns.base,
        base_commit: workflowRuns.base_commit,
        branch: workflowRuns.branch,
        snapshot: workflowRuns.snapshot,
      })
      .from(workflowRuns)
      .where(eq(workflowRuns.id, id)),
    step_id === undefined ? null : findStep(caller, id, step_id),
    getProjectPath(caller.db, scope),
  ]);
  if (!run) throw new AppError("NOT_FOUND", "There is no such run.");
  if (step === undefined) {
    throw new AppError("NOT_FOUND", `The run has no step "${step_id}".`, [
      { path: "step_id", message: "is no step of this run" },
    ]);
  }
  return { run, ...(await rangeOf(path, run, step)) };
}

/** What the range of a run's changes depends on. */
export type RangeOfRun = Pick<typeof workflowRuns.$inferSelect, "workspace" | "base_commit" | "snapshot">;

/** What a run changed against its base, without a check of rights. Throws CONFLICT as `findRange`. */
export const rangeOfRun = (path: string, run: RangeOfRun) => rangeOf(path, run, null);

async function rangeOf(
  path: string,
  { workspace, base_commit, snapshot }: RangeOfRun,
  step: StepRow | null,
): Promise<{ range: Range; note: null } | { range: null; note: string }> {
  if (workspace === "shared") {
    throw new AppError(
      "CONFLICT",
      "The run worked in the project's own folder, together with everybody else, so what it changed is not recorded. Set `workspace: clone` or `copy` in its definition, or for the project, and start it again.",
    );
  }
  const to = step ? step.snapshot : snapshot;
  if (to === null) return { range: null, note: step ? whyNoStep(step) : NOTHING_YET };
  const from = (step ? step.snapshot_before : null) ?? base_commit ?? EMPTY_TREE[to.length === 64 ? 64 : 40];
  const keeper = await keeperOf(path, workspace).catch(whereGone);
  return { range: { keeper, from, to }, note: null };
}

export const NOTHING_YET =
  "Nothing is recorded yet: the files are looked at whenever a step ends. Come back once the first one has.";

type StepRow = Pick<typeof workflowRunSteps.$inferSelect, "status" | "kind" | "snapshot" | "snapshot_before">;

async function findStep(caller: Caller, run_id: string, ref: string): Promise<StepRow | undefined> {
  const { status, kind, snapshot, snapshot_before, workflow_run_id, step_id, id } = workflowRunSteps;
  const [step] = await caller.db
    .select({ status, kind, snapshot, snapshot_before })
    .from(workflowRunSteps)
    .where(and(eq(workflow_run_id, run_id), or(eq(step_id, ref), eq(id, ref))));
  return step;
}

function whyNoStep({ status, kind }: StepRow): string {
  if (!isStepEnded(status)) {
    return "The step has not ended: its files are looked at when it does. Come back then, or see what the run changed before it.";
  }
  if (kind === "approval") return "The step is an approval, which changes no files.";
  return "No files were recorded of this step: it did not run, or its definition says `snapshot: false`. See what the whole run changed instead.";
}

/** The snapshots of a run are not where they were kept. */
export function gone(): AppError {
  return new AppError(
    "CONFLICT",
    "The run's snapshots are gone: the repository that kept them was deleted, moved or cleaned. Restore it from a backup, or start the run again.",
  );
}

function whereGone(error: unknown): never {
  // Also where its folder is gone, so that git cannot be started there.
  if (error instanceof GitFailed || (error as NodeJS.ErrnoException).code === "ENOENT") throw gone();
  throw error;
}
