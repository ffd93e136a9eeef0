import { and, eq, notInArray, sql } from "drizzle-orm";
import { authorizeRun, type Caller, type RunScope } from "../../../auth/scope";
import type { Tx } from "../../../db/client";
import { labels, workflowRunLabels } from "../../../db/schema/labels";
import { projectRoles } from "../../../db/schema/roles";
import { workflowRuns } from "../../../db/schema/runs";
import { changed } from "../../../events/audit";
import { audit, emit, transact } from "../../../events/emit";
import { AppError } from "../../../lib/errors";
import { didYouMean } from "../../../lib/suggest";
import { enqueueAdvance } from "../../../queue/enqueue";
import { labelsOf } from "../../labels/queries";
import type { LabelOfRun } from "../../labels/schema";
import type { Run, UpdateRunInput } from "../schema";
import { readRun } from "./lock-run";

/** Changes the given fields of a run, in whatever state it is, and leaves the others. */
export async function updateRun(caller: Caller, { id, ...changes }: UpdateRunInput): Promise<Run> {
  const scope = await authorizeRun(caller, id, "run:write");
  return transact(caller, scope, "runs.update", async (tx) => {
    const before = await lockFields(tx, scope);
    const { labels: names, ...fields } = changes;
    if (fields.assignee_id) await requireMember(tx, scope, fields.assignee_id);
    if (Object.values(fields).some((value) => value !== undefined)) {
      await tx.update(workflowRuns).set(fields).where(eq(workflowRuns.id, id));
    }
    if (names) await setLabels(tx, scope, await findLabels(tx, scope, names));
    const isEarlier = fields.priority !== undefined && fields.priority !== before.priority;
    // Its job waits with the priority that it had.
    if (isEarlier && before.status === "pending") await enqueueAdvance(tx, id, { priority: fields.priority });
    const run = await readRun(tx, scope);
    const facts = { ...fields, ...(names ? { labels: namesOf(run.labels) } : {}) };
    const said = changed({ ...before, labels: namesOf(before.labels) }, facts);
    audit(tx, said);
    if (Object.keys(said.after ?? {}).length > 0) {
      const { assignee_id } = fields;
      const isGiven =
        assignee_id && assignee_id !== before.assignee_id && assignee_id !== caller.actor.user_id;
      emit(tx, scope, "workflow.execution.updated", {
        execution_id: id,
        ...(isGiven ? { assigned_to: assignee_id } : {}),
      });
    }
    return run;
  });
}

const namesOf = (of: readonly LabelOfRun[]) => of.map(({ name }) => name);

async function lockFields(tx: Tx, { run_id }: RunScope) {
  const { name, priority, assignee_id, status } = workflowRuns;
  const own = sql<LabelOfRun[]>`${sql.raw(labelsOf("workflow_runs"))}`;
  const [before] = await tx
    .select({ name, priority, assignee_id, status, labels: own })
    .from(workflowRuns)
    .where(eq(workflowRuns.id, run_id))
    .for("no key update");
  if (!before) throw new AppError("NOT_FOUND", "There is no such run.");
  return before;
}

/** Throws BAD_REQUEST unless the person has a role in the project. */
export async function requireMember(tx: Tx, { project_id }: Pick<RunScope, "project_id">, user_id: string) {
  const [member] = await tx
    .select({ role: projectRoles.role })
    .from(projectRoles)
    .where(and(eq(projectRoles.project_id, project_id), eq(projectRoles.user_id, user_id)));
  if (member) return;
  throw new AppError("BAD_REQUEST", "Only a member of the project can be assigned. Add them first.", [
    { path: "assignee_id", message: "is no member of the project" },
  ]);
}

/** The ids of the project's labels with these names, whatever the case. Throws BAD_REQUEST for one that it lacks. */
export async function findLabels(
  tx: Tx,
  { project_id }: Pick<RunScope, "project_id">,
  names: readonly string[],
): Promise<string[]> {
  const { id, name } = labels;
  const known = await tx.select({ id, name }).from(labels).where(eq(labels.project_id, project_id));
  const byName = new Map(known.map((label) => [label.name.toLowerCase(), label.id]));
  return [...new Set(names)].map((wanted) => {
    const found = byName.get(wanted.toLowerCase());
    if (found !== undefined) return found;
    const close = didYouMean(
      wanted,
      known.map((label) => label.name),
    );
    throw new AppError("BAD_REQUEST", `The project has no label "${wanted}"${close}. Make it first.`, [
      { path: "labels", message: `"${wanted}" is no label of the project` },
    ]);
  });
}

async function setLabels(tx: Tx, { run_id }: RunScope, ids: string[]): Promise<void> {
  const ofRun = eq(workflowRunLabels.workflow_run_id, run_id);
  await tx
    .delete(workflowRunLabels)
    .where(ids.length > 0 ? and(ofRun, notInArray(workflowRunLabels.label_id, ids)) : ofRun);
  if (ids.length === 0) return;
  await tx
    .insert(workflowRunLabels)
    .values(ids.map((label_id) => ({ workflow_run_id: run_id, label_id })))
    .onConflictDoNothing();
}
