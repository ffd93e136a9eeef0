import { and, asc, eq } from "drizzle-orm";
import type { Caller } from "../../../auth/scope";
import { reviews } from "../../../db/schema/reviews";
import { workflowRunSteps } from "../../../db/schema/runs";
import type { CompiledDefinition } from "../../../engine/definition/types";

/** A step that has ended, with what it did to the files; both null where these were not looked at. */
export interface EndedStep {
  step_id: string;
  name: string;
  started_at: string;
  completed_at: string;
  snapshot_before: string | null;
  snapshot: string | null;
}

/** An approval that was given, with the commit that it holds for. */
export interface Given {
  step_id: string;
  name: string;
  completed_at: string;
  snapshot: string;
}

/**
 * Why an approval does not hold for the files as they are; null where it does. What the steps behind it do to the files
 * is what it let happen. What a step beside it does, or the base that was taken in, nobody has approved.
 */
export function whyStale(
  definition: Pick<CompiledDefinition, "steps" | "code">,
  approval: Given,
  steps: readonly EndedStep[],
  snapshot: string,
): string | null {
  if (approval.snapshot === snapshot) return null;
  const behind = stepsBehind(definition, approval.step_id);
  const since = steps.filter(
    ({ completed_at, ...files }) =>
      isAfter(completed_at, approval.completed_at) &&
      files.snapshot !== null &&
      files.snapshot !== files.snapshot_before,
  );
  const isBehind = ({ step_id, started_at }: EndedStep) =>
    !isAfter(approval.completed_at, started_at) && (behind === null || behind.has(step_id));
  const beside = since.find((step) => !isBehind(step));
  if (beside) return `"${beside.name}" has changed files since "${approval.name}" was approved.`;
  const last = since.toSorted((a, b) => Date.parse(a.completed_at) - Date.parse(b.completed_at)).at(-1);
  return last?.snapshot === snapshot ? null : `The files have changed since "${approval.name}" was approved.`;
}

const isAfter = (one: string, other: string) => Date.parse(one) > Date.parse(other);

/** Ids of the steps that need this one, directly or not; null where code decides, which is any that begins later. */
function stepsBehind(
  { steps, code }: Pick<CompiledDefinition, "steps" | "code">,
  step_id: string,
): Set<string> | null {
  if (code !== undefined) return null;
  const behind = new Set<string>();
  for (const { id, needs } of steps) {
    if (needs.some((each) => each === step_id || behind.has(each))) behind.add(id);
  }
  return behind;
}

/** Why an approval of the run does not hold for its files as they are, and what to do; null where all do. */
export async function findStaleApproval(
  { db }: Caller,
  run: { id: string; snapshot: string | null },
  definition: CompiledDefinition,
): Promise<string | null> {
  const { snapshot } = run;
  if (snapshot === null) return null;
  const ofRun = eq(workflowRunSteps.workflow_run_id, run.id);
  const approved = and(
    eq(reviews.workflow_run_step_id, workflowRunSteps.id),
    eq(reviews.attempt, workflowRunSteps.attempt),
    eq(reviews.decision, "approve"),
  );
  const { step_id, name, started_at, completed_at, status } = workflowRunSteps;
  const [given, rows] = await Promise.all([
    db
      .select({ step_id, name, completed_at, snapshot: reviews.snapshot })
      .from(workflowRunSteps)
      .innerJoin(reviews, approved)
      .where(and(ofRun, eq(status, "completed")))
      .orderBy(asc(reviews.created_at)),
    db
      .select({
        step_id,
        name,
        started_at,
        completed_at,
        snapshot_before: workflowRunSteps.snapshot_before,
        snapshot: workflowRunSteps.snapshot,
      })
      .from(workflowRunSteps)
      .where(ofRun),
  ]);
  const ended = rows.flatMap((row): EndedStep[] => {
    const { started_at: began, completed_at: end } = row;
    return began && end ? [{ ...row, started_at: began, completed_at: end }] : [];
  });
  // Of several people's approvals of one step the last one ended it.
  const newest = new Map(given.map((each) => [each.step_id, each]));
  for (const approval of newest.values()) {
    if (approval.snapshot === null || approval.completed_at === null) continue;
    const { snapshot: seen, completed_at: at } = approval;
    const why = whyStale(definition, { ...approval, snapshot: seen, completed_at: at }, ended, snapshot);
    if (why !== null)
      return `${why} Retry the run from "${approval.name}", and approve it once the steps beside it have ended.`;
  }
  return null;
}
