import { and, desc, eq, inArray, sql } from "drizzle-orm";
import type { Db, Tx } from "../../../db/client";
import { workflowRuns } from "../../../db/schema/runs";
import { tidyName } from "../../../engine/definition/run-name";
import type { CompiledSchedule } from "../../../engine/definition/trigger-types";
import { answered, audit, commit } from "../../../events/emit";
import { progress } from "../../../events/progress";
import { AppError } from "../../../lib/errors";
import { nextRunAt } from "../../definitions/next-run";
import { startRun } from "../../runs/commands/create-run";
import { firedBy, fireRecord, switchOffRecord } from "../fire-record";
import { noteFailure, noteStart } from "../outcome";
import { findOwner } from "../owner";
import type { ProjectTrigger } from "../queries";

/** Thrown to undo the transaction: another process fired the schedule, or somebody changed it. */
class Taken extends Error {}

/**
 * Starts the run of a due schedule and sets its next time in one transaction, so it neither fires twice nor
 * is lost. Missed times count as one; `overlap` decides while a run is active. An error is noted and the
 * schedule continues; if its person is gone, it is switched off.
 */
export async function fireSchedule(db: Db, due: ProjectTrigger): Promise<void> {
  const spec = due.spec as CompiledSchedule;
  const what = `the schedule \`${spec.cron}\` (${spec.timezone})`;
  const next_run_at = await nextRunAt(db, spec);
  const owner = await findOwner(db, due);
  const fail = (values: Parameters<typeof noteFailure>[2]) =>
    progress(db, async (tx) => {
      await take(tx, due);
      await noteFailure(tx, due, values);
    });
  try {
    if ("gone" in owner) {
      await commit(db, switchOffRecord(due, null, owner.gone), async (tx) => {
        await take(tx, due);
        await noteFailure(tx, due, { enabled: false, next_run_at: null, last_error: owner.gone });
      });
      return;
    }
    const overlap = spec.overlap ?? "skip";
    const open = overlap === "skip" ? await findOpenRun(db, due.id) : null;
    if (open) {
      const last_error = `Skipped, since run #${open.number} that it started is ${open.status} still. Set overlap to queue or allow to start another all the same.`;
      await fail({ next_run_at, last_error });
      return;
    }
    const { caller, scope } = owner;
    const start = {
      ...{ workflow_definition_id: due.workflow_definition_id, args: spec.args, priority: 0 },
      trigger: { id: due.id, in_turn: overlap === "queue" },
      ...(spec.run_name === undefined ? {} : { name: tidyName(spec.run_name) ?? undefined }),
      suffix: `${nameOf(spec)}, ${timeText(due.next_run_at, spec.timezone)}`,
    };
    await startRun(caller, scope, start, (work) =>
      commit(db, fireRecord(due, null), async (tx) => {
        await take(tx, due);
        const run = await answered(await work(tx));
        audit(tx, firedBy(due, caller, run));
        await noteStart(tx, scope, { trigger: due, run_id: run.id, what, next_run_at });
        return run;
      }),
    ).catch((error: unknown) => {
      if (!(error instanceof AppError)) throw error;
      return fail({ next_run_at, last_error: error.message });
    });
  } catch (error) {
    if (!(error instanceof Taken)) throw error;
  }
}

/** An active run of the schedule. */
async function findOpenRun(db: Db, trigger_id: string) {
  const { status, number, workflow_trigger_id } = workflowRuns;
  const [open] = await db
    .select({ status, number })
    .from(workflowRuns)
    .where(and(eq(workflow_trigger_id, trigger_id), inArray(status, ["pending", "running", "paused"])))
    .orderBy(desc(number))
    .limit(1);
  return open ?? null;
}

/**
 * Locks the schedule in the state in which it was read, its definition and its project. Throws `Taken` if one
 * is locked or changed. It never waits, so it cannot deadlock with saving a definition.
 */
async function take(tx: Tx, { id, next_run_at, updated_at }: ProjectTrigger): Promise<void> {
  const [taken] = (
    await tx.execute(sql`
    select t.id from workflow_triggers t
    join workflow_definitions d on d.id = t.workflow_definition_id
    join projects p on p.id = d.project_id
    where t.id = ${id} and t.enabled and d.disabled_at is null
      and t.next_run_at = ${next_run_at}::timestamptz and t.updated_at = ${updated_at}::timestamptz
    for update of t skip locked for key share of d, p skip locked`)
  ).rows;
  if (!taken) throw new Taken();
}

/** The schedule's id; the key of a schedule without one is just a number. */
const nameOf = ({ key }: CompiledSchedule) => (/^\d+$/.test(key) ? "schedule" : key);

/** The time for which it fires, in the schedule's own time zone. */
function timeText(at: string | null, timeZone: string): string {
  const date = at === null ? new Date() : new Date(at);
  return date.toLocaleString("sv-SE", { dateStyle: "short", timeStyle: "short", timeZone });
}
