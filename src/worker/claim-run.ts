import { sql } from "drizzle-orm";
import { type ProjectScope, workerScope } from "../auth/scope";
import type { Db, Tx } from "../db/client";
import { isAtWork as hasRoom, isBlocked } from "../db/run-turns";
import type { CompiledDefinition } from "../engine/definition/types";
import type { Claim, ClaimResult, RunFacts, RunState, RunStore } from "../engine/ports";
import { isAtWork, isRunEnded, type RunStatus } from "../engine/states";
import { emit, sendLast, transact, wakeSoon } from "../events/emit";
import { plain, writeSystemComment } from "../features/comments/commands/write-system-comment";
import { recordCheckpoints } from "../features/runs/commands/record-checkpoints";
import { advanceJob } from "../queue/enqueue";
import { enqueueNext } from "../queue/enqueue-next";
import { fairerThan } from "../queue/turn";
import { interruptAgents } from "./interrupt-agents";
import { phaseAfter, sendStarts, tellOf } from "./record-change";
import { readRunState } from "./run-state";
import { runColumns } from "./run-writes";
import { type SeenByClaims, secretsVersion } from "./seen";

interface RunRow extends Record<string, unknown> {
  status: RunStatus;
  epoch: number;
  claimed_by: string | null;
  priority: number;
  created_at: string;
  rests: boolean;
  secrets: string;
  name: string;
  number: number;
  args: Record<string, unknown>;
  current_phase: string | null;
  project_id: string;
  project_name: string;
  slug: string;
  path: string;
  max_concurrent_runs: number;
  compiled: CompiledDefinition;
}

interface ClaimOptions {
  worker_id: string;
  /** Whether this process is moving the run at this moment. */
  isHeld(runId: string): boolean;
  /** It is asked for the last place that this process has; then it is looked whose turn that is. */
  takesLast: boolean;
  seen: SeenByClaims;
}

/** The run gives the place up to another, whose project has fewer at work, and is queued again. */
interface Yielded {
  kind: "yielded";
  to: string;
}

/**
 * Takes the right to move a run, raising its epoch, and records what `first` starts. A pending run starts, and one
 * that has waited goes on, only where its project has room and no other is ahead of it.
 */
export async function claimRun(
  db: Db,
  runId: string,
  first: NonNullable<Parameters<RunStore["claim"]>[1]>,
  options: ClaimOptions,
): Promise<ClaimResult | Yielded> {
  const { worker_id } = options;
  let secrets = "";
  const result = await transact(db, async (tx): Promise<ClaimResult | Yielded> => {
    // Sent without waiting for each other; each sees what was committed while the one before waited for a lock.
    const [run, fairer, taken, isBehind, rows] = await Promise.all([
      lockRun(tx, runId),
      options.takesLast ? fairerThan(tx, runId) : null,
      countAhead(tx, runId),
      hasCheckpoints(tx, runId),
      readRunState(tx, runId, { status: "running", current_phase: null }),
    ]);
    if (!run) return { kind: "idle" };
    const hasOpen = isBehind || rows.steps.some(isAtWork);
    const wants =
      run.status === "pending" || run.status === "running" || (run.status === "paused" && hasOpen);
    const own = run.claimed_by === worker_id;
    if (run.claimed_by !== null && (!own || options.isHeld(runId))) return { kind: "busy" };
    if (!wants) {
      if (own) await tx.execute(sql`update workflow_runs set claimed_by = null where id = ${runId}`);
      // Cancelled while nobody held it: its room in the project is free.
      if (run.status === "cancelled") await enqueueNext(tx, run.project_id);
      if (!isRunEnded(run.status)) return { kind: "idle" };
      // As the claim that comes after whoever was interrupted.
      return { kind: "idle", over: { run: factsOf(runId, run), epoch: run.epoch + 1, worker_id } };
    }
    const starts = run.status === "pending";
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

    secrets = run.secrets;
    const scope = workerScope(run.project_id, { type: "worker", worker_id });
    const claim: Claim = { run: factsOf(runId, run), epoch: run.epoch + 1, worker_id };
    const read = isBehind ? await readBehindCheckpoints(tx, scope, claim) : rows;
    const status = starts ? "running" : run.status;
    const current_phase = read.current_phase ?? run.current_phase;
    // What was tried before does not count for a run that starts anew.
    const steps = starts ? read.steps.map((step) => ({ ...step, tries: 0 })) : read.steps;
    const state = { status, current_phase, steps };
    const inFlight = state.steps.some(isAtWork);
    const takenOver = inFlight ? await takeOverAttempts(tx, runId, worker_id) : [];
    if (takenOver.length > 0) {
      await writeSystemComment(tx, scope, { run_id: runId, text: takenOverText(takenOver) });
    }
    if (inFlight) await interruptAgents(tx, scope, runId);
    const change = first(claim, state);
    const progress = change ? sql`, ${runColumns(claim, change, true)}` : sql`, updated_at = now()`;
    sendLast(
      tx,
      sql`update workflow_runs
          set epoch = ${claim.epoch}, claimed_by = ${worker_id}, write_floor = 0, waiting_since = null, ready_since = null
            ${starts ? sql`, status = 'running', started_at = now(), completed_at = null, error_message = null` : sql``}
            ${progress}
          where id = ${runId}`,
    );
    if (starts) emit(tx, scope, "workflow.execution.status_changed", { execution_id: runId, status });
    if (change) {
      sendStarts(tx, claim, change.started);
      tellOf(tx, claim, change, current_phase);
    } else wakeSoon(tx);
    return { kind: "claimed", claim, state, change };
  });
  if (result.kind === "claimed" && result.state.status === "running") {
    const current_phase = phaseAfter(result.change ?? { checkpoints: [], started: [] }, result.state);
    options.seen.set(result.claim, { current_phase, secrets, floor: 0 });
  }
  return result;
}

function factsOf(id: string, run: RunRow): RunFacts {
  const project = { id: run.project_id, name: run.project_name, slug: run.slug, path: run.path };
  return { id, name: run.name, number: run.number, args: run.args, project, definition: run.compiled };
}

/** The state with what a claim that was lost had kept and not recorded. */
async function readBehindCheckpoints(tx: Tx, scope: ProjectScope, claim: Claim): Promise<RunState> {
  const { epoch, worker_id } = claim;
  const runId = claim.run.id;
  // They are written under the claim, like all else of a run.
  await tx.execute(
    sql`update workflow_runs set epoch = ${epoch}, claimed_by = ${worker_id} where id = ${runId}`,
  );
  await recordCheckpoints(tx, scope, runId);
  const [run] = await tx.execute<{ current_phase: string | null }>(
    sql`select current_phase from workflow_runs where id = ${runId}`,
  );
  return readRunState(tx, runId, { status: "running", current_phase: run?.current_phase ?? null });
}

/** Gives the steps that another worker was interrupted in. */
async function takeOverAttempts(tx: Tx, runId: string, worker_id: string): Promise<string[]> {
  const taken = await tx.execute<{ step_id: string }>(sql`
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
  const [run] = await tx.execute<RunRow>(sql`
    select r.status, r.epoch, r.claimed_by, r.waiting_since is not null as rests, ${secretsVersion(sql`r.project_id`)} as secrets, r.name, r.number, r.args, r.current_phase, r.project_id, r.priority, r.created_at,
           p.name as project_name, p.slug, p.path, p.max_concurrent_runs, v.compiled
    from workflow_runs r
    join projects p on p.id = r.project_id
    join workflow_definition_revisions v
      on v.workflow_definition_id = r.workflow_definition_id and v.number = r.revision
    where r.id = ${runId}
    for update of r`);
  return run;
}

/** Asked behind the run's lock: a checkpoint that held it up has to be seen. */
async function hasCheckpoints(tx: Tx, runId: string): Promise<boolean> {
  const found = await tx.execute(
    sql`select 1 from workflow_checkpoints where workflow_run_id = ${runId} limit 1`,
  );
  return found.length > 0;
}

/** Of a run `own`: it takes room in its project that it does not have yet. */
const takesRoom = sql`(own.status = 'pending' or (own.status = 'running' and own.waiting_since is not null))`;

/**
 * The runs that have their project's room, and those that are ahead of this one: first come first served, those
 * that have waited before those that start; more than any room where one of its groups is taken. For a run that takes
 * room only, under its project's lock.
 */
async function countAhead(tx: Tx, runId: string): Promise<number> {
  const [, [count]] = await Promise.all([
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
  return count?.taken ?? 0;
}
