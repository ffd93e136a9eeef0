import { and, desc, eq, inArray } from "drizzle-orm";
import type { Caller, RunScope } from "../../../auth/scope";
import { workflowDefinitionRevisions } from "../../../db/schema/definitions";
import { projects } from "../../../db/schema/projects";
import { reviews } from "../../../db/schema/reviews";
import { workflowRunSteps, workflowRuns } from "../../../db/schema/runs";
import type { CompiledDefinition } from "../../../engine/definition/types";
import { GitFailed } from "../../../git/git";
import { keeperOf } from "../../../git/keeper";
import type { Credentials } from "../../../git/remote";
import { KeptBack, OldGit, type RunCommits } from "../../../git/run-commits";
import { AppError } from "../../../lib/errors";
import { readSettings } from "../../../lib/settings";
import { gone, NOTHING_YET } from "../../changes/queries/find-range";
import { findGitCredentials } from "../../secrets/git-credentials";
import { secretsKeyOf } from "../../secrets/sealing";
import { findStaleApproval } from "./stale-approval";

/** A person, with the server's secret that opens the project's. */
export type WayCaller = Caller & { secret: string };

/** A run with what its ways out go by. */
export interface Way {
  run: typeof workflowRuns.$inferSelect;
  project: typeof projects.$inferSelect;
  definition: CompiledDefinition;
  /** The run's page. */
  url: string;
}

export async function readWay(caller: Caller, { run_id }: RunScope): Promise<Way> {
  const [found] = await caller.db
    .select({ run: workflowRuns, project: projects, compiled: workflowDefinitionRevisions.compiled })
    .from(workflowRuns)
    .innerJoin(projects, eq(projects.id, workflowRuns.project_id))
    .innerJoin(
      workflowDefinitionRevisions,
      and(
        eq(workflowDefinitionRevisions.workflow_definition_id, workflowRuns.workflow_definition_id),
        eq(workflowDefinitionRevisions.number, workflowRuns.revision),
      ),
    )
    .where(eq(workflowRuns.id, run_id));
  if (!found) throw new AppError("NOT_FOUND", "There is no such run.");
  const { run, project, compiled } = found;
  const url = `${readSettings().url}/p/${project.slug}/runs/${run.id}`;
  return { run, project, definition: compiled as CompiledDefinition, url };
}

const SHARED =
  "The run worked in the project's own folder, where its changes are already. Set `workspace: clone` in its definition, or for the project, and start it again.";

/** Why nothing of the run can go anywhere; null where something can. */
export function whyNothing({ run }: Way): string | null {
  if (run.workspace === "shared") return SHARED;
  if (run.snapshot === null || run.base_commit === null) return NOTHING_YET;
  if (run.changed_files === 0) return "The run has changed no files.";
  return null;
}

/**
 * Why people do not want the run's files where others build on them: the project's folder, a branch of others. Null where
 * nobody objects.
 */
export async function whyNotWanted(caller: Caller, way: Way): Promise<string | null> {
  const { db } = caller;
  const { run } = way;
  const ofRun = eq(workflowRunSteps.workflow_run_id, run.id);
  const [asked] = await db
    .select({ name: workflowRunSteps.name })
    .from(workflowRunSteps)
    .where(and(ofRun, eq(workflowRunSteps.waiting_for, "approval")))
    .limit(1);
  if (asked) return `The approval "${asked.name}" waits for a decision. Decide it first.`;
  const [last] = await db
    .select({ decision: reviews.decision, name: reviews.user_name })
    .from(reviews)
    .where(and(eq(reviews.workflow_run_id, run.id), inArray(reviews.decision, ["approve", "reject"])))
    .orderBy(desc(reviews.created_at))
    .limit(1);
  if (last?.decision === "approve") return findStaleApproval(caller, run, way.definition);
  if (last === undefined) return null;
  return `${last.name} has rejected the run's work. Retry the run from the step that is to do it better.`;
}

/** Why the run has no commits; null where it has a branch. */
export function whyNoBranch({ run }: Way): string | null {
  if (run.workspace === "shared") return SHARED;
  if (run.snapshot === null || run.base_commit === null) return NOTHING_YET;
  if (run.branch !== null) return null;
  return run.workspace === "copy"
    ? "The run worked in a copy of the project's folder, which has no branch. Make the folder a git repository with a commit (`git init`), and start the run again with `workspace: clone`, which is the default there."
    : "The project had no commit when the run began, so the run has no branch. Apply it to the project's folder instead.";
}

export function refuse(message: string, paths: readonly string[] = []): AppError {
  const details = paths.map((path) => ({ path, message: "is in the way" }));
  return new AppError("CONFLICT", message, details.length > 0 ? details : undefined);
}

/** Where the run's snapshots are; see `keeperOf`. Throws CONFLICT where they are gone. */
export async function keeperOfWay({ run, project }: Way): Promise<string> {
  return keeperOf(project.path, run.workspace === "copy" ? "copy" : "clone").catch((error: unknown) => {
    // Also where the folder is gone, so that git cannot be started there.
    if (error instanceof GitFailed || (error as NodeJS.ErrnoException).code === "ENOENT") throw gone();
    throw error;
  });
}

/** The run's commits as the person would make them. `whyNothing` or `whyNoBranch` was asked before. */
export function commitsOf(caller: Caller, { run, definition, url }: Way, keeper: string): RunCommits {
  if (run.snapshot === null || run.base_commit === null) throw refuse(NOTHING_YET);
  return {
    run_id: run.id,
    keeper,
    snapshot: run.snapshot,
    base_commit: run.base_commit,
    kept_back: definition.copy ?? [],
    person: { name: caller.actor.name, email: caller.actor.email },
    message: `${titleOf(run)}\n\nRun ${run.number}: ${url}\n`,
  };
}

export const titleOf = ({ name }: { name: string }) => name.replace(/\s+/g, " ").trim();

/** What signs in to the project's remote. Throws CONFLICT where what the settings name is not there. */
export async function credentialsOf(
  { db, secret }: WayCaller,
  { project }: Way,
): Promise<Credentials | null> {
  const found = await findGitCredentials(db, project.id, secretsKeyOf(secret));
  if (found && "refusal" in found) throw refuse(found.refusal);
  return found;
}

/** Makes what git refuses a reason for people. */
export async function explained<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof KeptBack) {
      throw refuse(
        `A step of the run has committed ${error.paths.join(", ")}, which its definition takes along (\`copy\`) and which never leaves. Take it out of the commit, or out of \`copy\`.`,
        error.paths,
      );
    }
    if (error instanceof OldGit) throw refuse("This needs git 2.38 or newer on the server.");
    if (!(error instanceof GitFailed)) throw error;
    if (/bad object|not a valid object|unknown revision|Not a valid (commit|object)/i.test(error.stderr))
      throw gone();
    throw refuse(`git refused: ${error.message}.`);
  }
}
