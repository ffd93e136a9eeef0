import { and, eq, gte, sql } from "drizzle-orm";
import type { ProjectScope } from "../auth/scope";
import type { Tx } from "../db/client";
import { workflowRunSteps, workflowRuns } from "../db/schema/runs";
import { type Entry, isStepEntry, type RunEntry, type StepEntry } from "../model/entry";
import { insertArtifacts } from "./insert-artifacts";
import { type RunValues, valuesOf } from "./run-values";
import { type Write, writesOf } from "./step-writes";
import { tell } from "./tell";

/** A run whose row is locked, with the phase that the row has. */
export interface HeldRun {
  id: string;
  current_phase: string | null;
}

/** The rows do not match the entries, as when an attempt that is to end is not running. */
export class Contradiction extends Error {
  override readonly name = "Contradiction";
}

/**
 * Turns entries into rows and events, in order. Nothing else writes the progress of a run and its steps. The caller
 * holds the lock of the run's row. Throws `Contradiction`; the caller has to roll back.
 */
export async function project(tx: Tx, scope: ProjectScope, run: HeldRun, entries: Entry[]): Promise<void> {
  if (entries.length === 0) return;
  const ofSteps = entries.filter(isStepEntry);
  const ofRun = entries.filter((entry): entry is RunEntry => !isStepEntry(entry));
  const current_phase = tell(tx, scope, run.id, entries, run.current_phase);
  // Statements are sent without waiting for each other: one round trip, executed in this order.
  await Promise.all([
    ...inRounds(ofSteps).flatMap((round) => writesOf(run.id, round).map((write) => send(tx, write))),
    ...ofRun.map((entry) => (entry.kind === "retried" ? goBack(tx, run.id, entry.position) : null)),
    updateRun(tx, run.id, Object.assign({}, ...ofRun.map(valuesOf), { current_phase })),
  ]);
  for (const entry of ofSteps) {
    if (entry.kind === "ended") await insertArtifacts(tx, scope, run.id, entry);
  }
}

/** Splits entries into rounds with at most one entry per step, so that the writes of a round can have any order. */
function inRounds(entries: StepEntry[]): StepEntry[][] {
  const rounds: StepEntry[][] = [];
  const next = new Map<string, number>();
  for (const entry of entries) {
    const round = next.get(entry.row_id) ?? 0;
    next.set(entry.row_id, round + 1);
    rounds[round] = [...(rounds[round] ?? []), entry];
  }
  return rounds;
}

async function send(tx: Tx, { statement, expects = {} }: Write): Promise<void> {
  const [written] = (await tx.execute<Record<string, number>>(statement)).rows;
  for (const [what, count] of Object.entries(expects)) {
    if (written?.[what] !== count) {
      throw new Contradiction(`${written?.[what]} ${what} were written where it was to be ${count}`);
    }
  }
}

async function updateRun(tx: Tx, id: string, values: RunValues): Promise<void> {
  // Counted after the steps' writes.
  const current_step_index = sql`(
    select count(*) from workflow_run_steps s
    where s.workflow_run_id = ${id} and s.status in ('completed', 'failed', 'skipped'))`;
  await tx
    .update(workflowRuns)
    .set({ ...values, current_step_index })
    .where(eq(workflowRuns.id, id));
}

/** Resets the steps from a position on; their earlier attempts stay in the history. */
async function goBack(tx: Tx, run_id: string, position: number): Promise<void> {
  await tx
    .update(workflowRunSteps)
    .set({
      status: "pending",
      output: null,
      error_message: null,
      log_directory_path: null,
      started_at: null,
      completed_at: null,
      wake_at: null,
    })
    .where(and(eq(workflowRunSteps.workflow_run_id, run_id), gte(workflowRunSteps.position, position)));
}
