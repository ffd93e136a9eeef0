import { and, eq, sql } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import { authorizeRun, type Caller } from "../../../auth/scope";
import { workflowRunStepAttempts, workflowRunSteps, workflowRuns } from "../../../db/schema/runs";
import { AppError } from "../../../lib/errors";
import { openStep } from "../../in-run/open-step";
import type { StepInput } from "../../in-run/schema";

/** An output as JSON (`null` if there is none) with a digest of it. */
export interface OutputText {
  json: string;
  digest: string;
}

/** The output of a step or of one of its attempts. Throws as `openStep`. Two queries, three with a run. */
export async function readStepOutput(
  caller: Caller,
  { attempt, ...ref }: StepInput & { attempt?: number | undefined },
): Promise<OutputText> {
  const { step_row_id: id } = await openStep(caller, ref, "project:read");
  const { db } = caller;
  if (attempt === undefined) {
    const [step] = await db
      .select(textOf(workflowRunSteps.output))
      .from(workflowRunSteps)
      .where(eq(workflowRunSteps.id, id));
    return given(step);
  }
  const { workflow_run_step_id, number, output } = workflowRunStepAttempts;
  const [tried] = await db
    .select(textOf(output))
    .from(workflowRunStepAttempts)
    .where(and(eq(workflow_run_step_id, id), eq(number, attempt)));
  if (!tried) throw new AppError("NOT_FOUND", `The step has no attempt ${attempt}.`);
  return given(tried);
}

/** The output of a run. Throws NOT_FOUND or FORBIDDEN. Two queries. */
export async function readRunOutput(caller: Caller, { id }: { id: string }): Promise<OutputText> {
  await authorizeRun(caller, id, "project:read");
  const [run] = await caller.db
    .select(textOf(workflowRuns.output))
    .from(workflowRuns)
    .where(eq(workflowRuns.id, id));
  return given(run);
}

/** Reads JSON as text without parsing it: it may be large, and it is sent on as text. */
const textOf = (output: PgColumn) => ({
  json: sql<string | null>`${output}::text`,
  digest: sql<string | null>`md5(${output}::text)`,
});

const given = (found: { json: string | null; digest: string | null } | undefined): OutputText => ({
  json: found?.json ?? "null",
  digest: found?.digest ?? "null",
});
