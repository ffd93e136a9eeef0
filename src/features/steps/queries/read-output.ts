import { sql } from "drizzle-orm";
import { authorizeRun, type Caller } from "../../../auth/scope";
import { AppError } from "../../../lib/errors";
import type { StepInput } from "../schema";
import { openStep } from "./open-step";

/** An output as JSON, `null` where there is none, with a digest of it. */
export interface OutputText {
  json: string;
  digest: string;
}

/** The output of a step, or of one attempt of it. Throws NOT_FOUND or FORBIDDEN. Two queries, three with a run. */
export async function readStepOutput(
  caller: Caller,
  { attempt, ...ref }: StepInput & { attempt?: number | undefined },
): Promise<OutputText> {
  const { step_row_id: id } = await openStep(caller, ref, "project:read");
  if (attempt === undefined) {
    const [step] = (
      await caller.db.execute<Found>(sql`
      select output::text as json, md5(output::text) as digest from workflow_run_steps where id = ${id}`)
    ).rows;
    return given(step);
  }
  const [tried] = (
    await caller.db.execute<Found>(sql`
    select output::text as json, md5(output::text) as digest from workflow_run_step_attempts
    where workflow_run_step_id = ${id} and number = ${attempt}`)
  ).rows;
  if (!tried) throw new AppError("NOT_FOUND", `The step has no attempt ${attempt}.`);
  return given(tried);
}

/** The output of a run. Throws NOT_FOUND or FORBIDDEN. Two queries. */
export async function readRunOutput(caller: Caller, { id }: { id: string }): Promise<OutputText> {
  await authorizeRun(caller, id, "project:read");
  const [run] = (
    await caller.db.execute<Found>(sql`
    select output::text as json, md5(output::text) as digest from workflow_runs where id = ${id}`)
  ).rows;
  return given(run);
}

interface Found extends Record<string, unknown> {
  json: string | null;
  digest: string | null;
}

const given = (found: Found | undefined): OutputText => ({
  json: found?.json ?? "null",
  digest: found?.digest ?? "null",
});
