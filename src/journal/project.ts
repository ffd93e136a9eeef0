import { and, eq, gte, sql } from "drizzle-orm";
import type { ProjectScope } from "../auth/scope";
import type { Tx } from "../db/client";
import { workflowRunStepAttempts, workflowRunSteps, workflowRuns } from "../db/schema/runs";
import { type EndedEntry, type Entry, isStepEntry, type RunEntry, type StepEntry } from "../model/entry";
import { goesBack, snapshotAfter } from "./apply";
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
  const writes = inRounds(ofSteps).flatMap((round) =>
    writesOf(run.id, round).map((write) => send(tx, write)),
  );
  // Drizzle's builders may send a tick sooner than raw statements, and a step ends before it goes back.
  if (ofRun.some(goesBack)) await Promise.all(writes);
  for (const entry of ofRun) if (entry.kind === "retried") await filesBack(tx, run.id, entry.position);
  await Promise.all([
    ...writes,
    ...ofRun.map((entry) =>
      entry.kind === "retried" || entry.kind === "reworked" ? goBack(tx, run.id, entry.position) : null,
    ),
    updateRun(
      tx,
      run.id,
      Object.assign({}, ...ofRun.map(valuesOf), ...ofSteps.map(filesOf), { current_phase }),
    ),
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

/** What the run's row says of its files after an end. */
function filesOf(entry: StepEntry): RunValues {
  if (entry.kind !== "ended" || !entry.files) return {};
  const { base_commit, branch, changed_files, added_lines, deleted_lines } = entry.files;
  const snapshot = snapshotAfter(entry);
  if (snapshot === null) return { base_commit, branch };
  return { base_commit, branch, snapshot, changed_files, added_lines, deleted_lines };
}

/** Writes the files of attempts that a cancel ended, which have no end of their own. */
export async function projectFiles(
  tx: Tx,
  run_id: string,
  ended: Pick<EndedEntry, "row_id" | "attempt_id" | "files">,
): Promise<void> {
  if (!ended.files) return;
  const { before: snapshot_before, after: snapshot, base_commit, branch, ...counts } = ended.files;
  const own = { snapshot_before, snapshot };
  await tx
    .update(workflowRunSteps)
    .set({ ...own, base_commit })
    .where(eq(workflowRunSteps.id, ended.row_id));
  if (ended.attempt_id !== null)
    await tx.update(workflowRunStepAttempts).set(own).where(eq(workflowRunStepAttempts.id, ended.attempt_id));
  const ofRun = { snapshot, base_commit, branch, ...counts };
  await tx.update(workflowRuns).set(ofRun).where(eq(workflowRuns.id, run_id));
}

/**
 * The files are to be as the first step from a position on found them. Where messages wait for its agent it goes on from
 * what it left, so they are to be as it left them. Where a step that is kept has ended since, they stay as they are,
 * since its work is among them.
 */
function filesBack(tx: Tx, run_id: string, position: number): Promise<unknown> {
  return tx.execute(sql`
    update workflow_runs r
    set snapshot = case when goes_on then coalesce(s.snapshot, r.snapshot) else s.snapshot_before end,
        base_commit = coalesce(s.base_commit, r.base_commit), changed_files = null, added_lines = null, deleted_lines = null
    from workflow_run_steps s, lateral (
      select exists (
        select 1 from agent_messages m where m.workflow_run_step_id = s.id and m.status = 'queued') as goes_on) m
    where r.id = ${run_id} and s.workflow_run_id = r.id and s.position = ${position}
      and s.snapshot_before is not null and not exists (
        select 1 from workflow_run_steps kept
        where kept.workflow_run_id = r.id and kept.position < ${position}
          and kept.completed_at > case when goes_on then s.completed_at else s.started_at end)`);
}

/** Resets the steps from a position on; their earlier attempts stay in the history. */
function goBack(tx: Tx, run_id: string, position: number): Promise<unknown> {
  const { attempt } = workflowRunSteps;
  return tx
    .update(workflowRunSteps)
    .set({
      status: "pending",
      attempts_before: sql`${attempt}`,
      output: null,
      error_message: null,
      errors: null,
      error_excerpt: null,
      error_line: null,
      log_directory_path: null,
      snapshot_before: null,
      snapshot: null,
      base_commit: null,
      started_at: null,
      completed_at: null,
      wake_at: null,
    })
    .where(and(eq(workflowRunSteps.workflow_run_id, run_id), gte(workflowRunSteps.position, position)))
    .execute();
}
