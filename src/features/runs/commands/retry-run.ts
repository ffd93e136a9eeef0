import { and, asc, desc, eq, inArray } from "drizzle-orm";
import { authorizeRun, type Caller } from "../../../auth/scope";
import type { Tx } from "../../../db/client";
import { workflowDefinitionRevisions } from "../../../db/schema/definitions";
import { workflowRunSteps, type workflowRuns } from "../../../db/schema/runs";
import { checkArgs } from "../../../engine/definition/args";
import type { CompiledDefinition } from "../../../engine/definition/types";
import type { AuditAction } from "../../../events/audit";
import { audit, transact } from "../../../events/emit";
import { AppError, faultyInput } from "../../../lib/errors";
import { plain, writeSystemComment } from "../../comments/commands/write-comment";
import { refuseMoreThanMay } from "../../in-run/queue-caps";
import { startAgain } from "../../in-run/start-again";
import { fitRevision } from "../fit-revision";
import type { RetryRunInput, Run } from "../schema";
import { lockRun, readRun } from "./lock-run";

type RunRow = typeof workflowRuns.$inferSelect;

/**
 * Resets a step and all steps after it, and queues the run on its own or the newest revision. Default start:
 * the step for which it failed, else the first failed one, else the first skipped one, else the first. Earlier attempts stay. Throws
 * BAD_REQUEST if the newest revision does not fit what the run has done.
 */
export async function retryRun(
  caller: Caller,
  input: RetryRunInput,
  action: AuditAction = "runs.retry",
): Promise<Run> {
  const { id } = input;
  const scope = await authorizeRun(caller, id, "run:write");
  await refuseMoreThanMay(caller, scope.project_id);
  return transact(caller, scope, action, async (tx) => {
    const before = await lockRun(tx, scope, "pending", "retried");
    let steps = await readSteps(tx, id);
    const newest = input.revision === "newest" ? await newestRevision(tx, before) : null;
    const from = chooseStep(input, steps, newest?.definition) ?? defaultStep(steps, before);
    if (newest) {
      await moveTo(tx, before, newest.definition, steps, from);
      steps = await readSteps(tx, id);
    }
    const place = steps.findIndex((step) => step.step_id === from);
    const { name = from, position = 0 } = steps[place] ?? {};
    const on = newest && newest.number !== before.revision ? ` on revision ${newest.number}` : "";
    audit(tx, {
      before: { status: before.status, revision: before.revision },
      after: { from_step_id: from, revision: newest?.number ?? before.revision },
    });
    const said = `Retried from ${name}${on} by ${caller.actor.name}`;
    const kept = Math.max(0, place);
    await startAgain(tx, scope, before, { position, kept, revision: newest?.number ?? null, said });
    const text = `Retried from **${plain(name)}**${on} by ${plain(caller.actor.name)}`;
    await writeSystemComment(tx, scope, { run_id: id, text });
    return readRun(tx, scope);
  });
}

async function readSteps(tx: Tx, run_id: string) {
  const { step_id, name, kind, phase, status, attempt, position, continue_on_error } = workflowRunSteps;
  return tx
    .select({ step_id, name, kind, phase, status, attempt, position, continue_on_error })
    .from(workflowRunSteps)
    .where(eq(workflowRunSteps.workflow_run_id, run_id))
    .orderBy(asc(position));
}

type StepRow = Awaited<ReturnType<typeof readSteps>>[number];

/** The definition's id of the step to start from; null where none is named. Throws BAD_REQUEST if there is no such step. */
function chooseStep(
  { from_step_id, from_phase }: RetryRunInput,
  rows: StepRow[],
  newest: CompiledDefinition | undefined,
): string | null {
  // A definition in code does not list its steps, so only steps that the run already has can be named.
  const named = newest && newest.code === undefined ? newest : undefined;
  const steps = named?.steps.map(({ id, phase }) => ({ step_id: id, phase })) ?? rows;
  const refuse = (path: string, given: string, known: string[]): never => {
    const where = newest ? "The newest revision" : "The run";
    throw new AppError(
      "BAD_REQUEST",
      `${where} has no ${path === "from_phase" ? "phase" : "step"} "${given}".`,
      [{ path, message: `must be one of ${known.join(", ")}` }],
    );
  };
  if (from_step_id !== undefined) {
    const ids = steps.map((step) => step.step_id);
    return ids.includes(from_step_id) ? from_step_id : refuse("from_step_id", from_step_id, ids);
  }
  if (from_phase !== undefined) {
    const first = steps.find((step) => step.phase === from_phase);
    return first?.step_id ?? refuse("from_phase", from_phase, [...new Set(steps.map((step) => step.phase))]);
  }
  return null;
}

/** A failure that the run tolerated is no reason to begin there; the interface has the same rule in `retryStep`. */
function defaultStep(rows: StepRow[], { status, error_message }: RunRow): string {
  const counts = ({ continue_on_error, name, step_id }: StepRow) =>
    status !== "completed" &&
    (!continue_on_error ||
      status === "cancelled" ||
      [name, step_id].some((word) => error_message?.startsWith(`Step "${word}" failed`)));
  const failed = rows.filter((step) => step.status === "failed");
  const open = failed.find(counts) ?? failed[0] ?? rows.find((step) => step.status === "skipped") ?? rows[0];
  return open?.step_id ?? "";
}

async function newestRevision(
  tx: Tx,
  run: RunRow,
): Promise<{ number: number; definition: CompiledDefinition }> {
  const { number, compiled, workflow_definition_id } = workflowDefinitionRevisions;
  const [found] = await tx
    .select({ number, compiled })
    .from(workflowDefinitionRevisions)
    .where(eq(workflow_definition_id, run.workflow_definition_id))
    .orderBy(desc(number))
    .limit(1);
  if (!found) throw new Error("a run's definition has no revision");
  return { number: found.number, definition: found.compiled as CompiledDefinition };
}

/**
 * Replaces the run's steps by those of another revision, keeping what the run has done. Throws BAD_REQUEST if
 * the revision does not fit.
 */
async function moveTo(
  tx: Tx,
  run: RunRow,
  definition: CompiledDefinition,
  steps: StepRow[],
  from: string,
): Promise<void> {
  const checked = checkArgs(definition.args_schema, run.args);
  if (!checked.ok) throw faultyInput(checked.faults, "The newest revision does not take the run's args: ");
  // Code asks for its steps again by their ids; kept steps that it no longer asks for are ignored.
  if (definition.code !== undefined) return;
  const fit = fitRevision(steps, definition, from);
  if (!fit.fits) {
    const details = fit.reasons.map((message) => ({ path: "revision", message }));
    throw new AppError(
      "BAD_REQUEST",
      `The newest revision does not fit: ${fit.reasons.join("; ")}.`,
      details,
    );
  }
  const ofRun = eq(workflowRunSteps.workflow_run_id, run.id);
  if (fit.dropped.length > 0) {
    await tx.delete(workflowRunSteps).where(and(ofRun, inArray(workflowRunSteps.step_id, fit.dropped)));
  }
  const added = new Set(fit.added.map((step) => step.id));
  for (const [position, { id: step_id, name, kind, phase }] of definition.steps.entries()) {
    const facts = { name, kind, phase, position };
    if (added.has(step_id)) {
      await tx.insert(workflowRunSteps).values({ ...facts, step_id, workflow_run_id: run.id });
    } else {
      await tx
        .update(workflowRunSteps)
        .set(facts)
        .where(and(ofRun, eq(workflowRunSteps.step_id, step_id)));
    }
  }
}
