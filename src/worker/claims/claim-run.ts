import { sql } from "drizzle-orm";
import { workerScope } from "../../auth/scope";
import type { Db, Tx } from "../../db/client";
import { heldBy } from "../../db/room";
import { isAtWork as hasRoom, isBlocked } from "../../db/run-turns";
import type { CompiledDefinition } from "../../engine/definition/types";
import type { Claim, ClaimResult, RunFacts, RunStore } from "../../engine/run/ports";
import { runWorkingDirectory } from "../../engine/run/working-directory";
import { sendLast } from "../../events/emit";
import { progress } from "../../events/progress";
import { plain, writeSystemComment } from "../../features/comments/commands/write-comment";
import { apply } from "../../journal/apply";
import { takeKept } from "../../journal/kept-entries";
import { project } from "../../journal/project";
import { readRunState } from "../../journal/read-run-state";
import { folderOf } from "../../lib/stored-folder";
import { isAtWork, isRunEnded, type RunStatus, type WorkspaceKind } from "../../model/states";
import { advanceJob, enqueueFileLogs } from "../../queue/enqueue";
import { enqueueNext } from "../../queue/enqueue-next";
import { fairerThan } from "../../queue/turn";
import { interruptAgents } from "../agents/interrupt-agents";
import { asSaid, reviewOf, type StoredReview } from "./said-review";

interface RunRow extends Record<string, unknown> {
  id: string;
  status: RunStatus;
  epoch: number;
  claimed_by: string | null;
  priority: number;
  created_at: string;
  rests: boolean;
  name: string;
  number: number;
  args: Record<string, unknown>;
  current_phase: string | null;
  project_id: string;
  project_name: string;
  slug: string;
  path: string;
  workspace: WorkspaceKind;
  base: string | null;
  base_commit: string | null;
  user_number: number;
  log_bytes: number;
  review: StoredReview | null;
  max_concurrent_runs: number;
  /** Why the project's runs may not start. */
  held: "disk" | "quota" | null;
  compiled: CompiledDefinition;
}

/** Milliseconds until a run that this worker has no room for is offered again. */
const ELSEWHERE_MS = 2_000;

interface ClaimOptions {
  worker_id: string;
  /** Whether this process moves the run now. */
  isHeld(runId: string): boolean;
  /** True where this is the worker's last free place; a run of a project with fewer runs may then go first. */
  takesLast: boolean;
  /** Absolute folder below which runs have places of their own. */
  workspaces: string;
  /** The disk of this worker's data folder is below its low-water mark. */
  isLow: boolean;
}

/** The run leaves the place to a run of another project, which has fewer runs at work, and is queued again. */
interface Yielded {
  kind: "yielded";
  to: string;
}

/**
 * Claims a run: raises its epoch and records the entries of `first`. A pending or resting run is claimed only where its
 * project has room and no other run is ahead of it.
 */
export async function claimRun(
  db: Db,
  runId: string,
  first: NonNullable<Parameters<RunStore["claim"]>[1]>,
  options: ClaimOptions,
): Promise<ClaimResult | Yielded> {
  const { worker_id } = options;
  return progress(db, async (tx): Promise<ClaimResult | Yielded> => {
    // Sent without waiting for each other, so each query sees all that was committed while `lockRun` waited.
    const [run, isOpen, fairer, taken] = await Promise.all([
      lockRun(tx, runId),
      hasOpen(tx, runId),
      options.takesLast ? fairerThan(tx, runId) : null,
      countAhead(tx, runId),
    ]);
    if (!run) return { kind: "idle" };
    const wants = run.status === "pending" || run.status === "running" || (run.status === "paused" && isOpen);
    const own = run.claimed_by === worker_id;
    if (run.claimed_by !== null && (!own || options.isHeld(runId))) return { kind: "busy" };
    if (!wants) return leaveAlone(tx, run, options);
    const starts = run.status === "pending";
    if (starts && (run.held !== null || options.isLow)) return hold(tx, run);
    const takesRoom = starts || (run.status === "running" && run.rests);
    if (takesRoom && fairer !== null) {
      const again = { run_at: new Date(run.created_at), priority: run.priority };
      sendLast(tx, sql`select ${advanceJob(sql`${runId}::text`, again)}`);
      return { kind: "yielded", to: fairer };
    }
    if (takesRoom && taken >= run.max_concurrent_runs) {
      if (!starts) sendLast(tx, sql`update workflow_runs set ready_since = now() where id = ${runId}`);
      return { kind: "idle" };
    }
    return take(tx, run, options, first);
  });
}

/** The run may not start for want of room. It is queued once nothing holds it (`reconcile`), or for another worker. */
function hold(tx: Tx, run: RunRow): ClaimResult {
  if (run.held === null) {
    const again = { run_at: new Date(Date.now() + ELSEWHERE_MS), priority: run.priority };
    sendLast(tx, sql`select ${advanceJob(sql`${run.id}::text`, again)}`);
  }
  return { kind: "idle" };
}

/** The run has ended or is paused, so there is nothing to claim. */
async function leaveAlone(
  tx: Tx,
  run: RunRow,
  { worker_id, workspaces }: ClaimOptions,
): Promise<ClaimResult> {
  if (run.claimed_by !== null)
    await tx.execute(sql`update workflow_runs set claimed_by = null where id = ${run.id}`);
  // The run was cancelled without a claim, so its room in the project is free.
  if (run.status === "cancelled") await enqueueNext(tx, run.project_id);
  if (!isRunEnded(run.status)) return { kind: "idle" };
  await enqueueFileLogs(tx, run.id);
  // Cleaning up uses the epoch after the interrupted claim's.
  return { kind: "idle", over: { run: factsOf(run, workspaces), epoch: run.epoch + 1, worker_id } };
}

async function take(
  tx: Tx,
  run: RunRow,
  { worker_id, workspaces }: ClaimOptions,
  first: NonNullable<Parameters<RunStore["claim"]>[1]>,
): Promise<ClaimResult> {
  const scope = workerScope(run.project_id, { type: "worker", worker_id });
  const claim: Claim = { run: factsOf(run, workspaces), epoch: run.epoch + 1, worker_id };
  const { epoch } = claim;
  // Entries that an earlier claim kept are projected under this claim.
  await project(tx, scope, run, [{ kind: "claimed", worker_id, epoch, starts: run.status === "pending" }]);
  await project(tx, scope, run, await takeKept(tx, run.id));
  const state = await readRunState(tx, run.id);
  if (state.steps.some(isAtWork)) {
    const takenOver = await takeOverAttempts(tx, run.id, worker_id);
    if (takenOver.length > 0) {
      await writeSystemComment(tx, scope, { run_id: run.id, text: takenOverText(takenOver) });
    }
    await interruptAgents(tx, scope, run);
  }
  // Whether a step may start is decided behind what the run has used.
  const entries = claim.run.definition.budget ? [] : first(claim, state);
  await project(tx, scope, { ...run, ...state }, entries);
  return { kind: "claimed", claim, state: apply(state, entries, Date.now()), entries };
}

function factsOf({ id, name, number, args, compiled, ...run }: RunRow, workspaces: string): RunFacts {
  const { workspace, base, base_commit, slug, user_number, log_bytes, review } = run;
  const path = folderOf(run.path);
  const project = { id: run.project_id, name: run.project_name, slug, path, user_number, log_bytes };
  const folder = runWorkingDirectory(workspaces, { id, workspace, project });
  return {
    id,
    name,
    number,
    args,
    project,
    workspace,
    folder,
    base,
    base_commit,
    review: review && asSaid(review),
    definition: compiled,
  };
}

/** Moves running attempts to this worker; gives their step ids. */
async function takeOverAttempts(tx: Tx, runId: string, worker_id: string): Promise<string[]> {
  const { rows: taken } = await tx.execute<{ step_id: string }>(sql`
    update workflow_run_step_attempts a set worker_id = ${worker_id}, updated_at = now()
    from workflow_run_steps s
    where s.workflow_run_id = ${runId} and a.workflow_run_step_id = s.id and a.status = 'running'
      and a.worker_id is distinct from ${worker_id}
    returning s.step_id`);
  return taken.map((attempt) => attempt.step_id);
}

function takenOverText(stepIds: string[]): string {
  const steps = stepIds.map((id) => `**${plain(id)}**`).join(", ");
  const [subject, verb, their] = stepIds.length === 1 ? ["step", "runs", "its"] : ["steps", "run", "their"];
  return `Taken over by another worker after the first one stopped; ${subject} ${steps} ${verb} again from ${their} start.`;
}

async function lockRun(tx: Tx, runId: string): Promise<RunRow | undefined> {
  const [run] = (
    await tx.execute<RunRow>(sql`
    select r.id, r.status, r.epoch, r.claimed_by, r.waiting_since is not null as rests, r.name, r.number, r.args, r.current_phase,
           r.project_id, r.priority, r.created_at, r.workspace, r.base, r.base_commit, p.name as project_name, p.slug, p.path, p.user_number, p.log_bytes, p.max_concurrent_runs, v.compiled,
           case when r.status = 'pending' then ${sql.raw(heldBy("p"))} end as held,
           case when r.review_id is not null then ${reviewOf} end as review
    from workflow_runs r
    join projects p on p.id = r.project_id
    join workflow_definition_revisions v
      on v.workflow_definition_id = r.workflow_definition_id and v.number = r.revision
    where r.id = ${runId}
    for update of r`)
  ).rows;
  return run;
}

/** Whether a step is at work or entries are kept. Sent after the run's lock, to see what was committed before it. */
async function hasOpen(tx: Tx, runId: string): Promise<boolean> {
  const { rows: found } = await tx.execute(sql`
    select 1 from workflow_journal where workflow_run_id = ${runId}
    union all
    select 1 from workflow_run_steps where workflow_run_id = ${runId} and status = 'running' and waiting_for is null
    limit 1`);
  return found.length > 0;
}

/** SQL: the run `own` needs room in its project and does not have it yet. */
const takesRoom = sql`(own.status = 'pending' or (own.status = 'running' and own.waiting_since is not null))`;

/**
 * Number of runs that have room in the project, plus those ahead of this one: resting runs before pending ones, then by
 * priority and age. At least the project's limit where the run's concurrency group is taken. Only for a run that needs
 * room; locks the project.
 */
async function countAhead(tx: Tx, runId: string): Promise<number> {
  const [, { rows }] = await Promise.all([
    tx.execute(sql`
      select 1 from projects
      where id = (select own.project_id from workflow_runs own where own.id = ${runId} and ${takesRoom})
      for no key update`),
    tx.execute<{ taken: number }>(sql`
      select (
        (select count(*) from workflow_runs busy
         where busy.project_id = own.project_id and ${sql.raw(hasRoom("busy"))})
        + (select count(*) from (
             select 1 from workflow_runs ahead
             where ahead.project_id = own.project_id and ahead.id <> own.id
               and ((ahead.status = 'running' and ahead.ready_since is not null)
                    or (ahead.status = 'pending' and own.status = 'pending' and not ${sql.raw(isBlocked("ahead"))}))
               and (ahead.status <> own.status
                    or ahead.priority > own.priority or (ahead.priority = own.priority
                    and (ahead.created_at, ahead.id) < (own.created_at, own.id)))
             limit p.max_concurrent_runs) as waiting)
        + case when own.status = 'pending' and ${sql.raw(isBlocked("own"))} then p.max_concurrent_runs else 0 end
      )::int as taken
      from workflow_runs own join projects p on p.id = own.project_id
      where own.id = ${runId} and ${takesRoom}`),
  ]);
  return rows[0]?.taken ?? 0;
}
