import { asc, eq, getTableColumns, type SQL, sql } from "drizzle-orm";
import { authorizeDefinition, type Caller, type ProjectScope } from "../../auth/scope";
import { jsonBytes, textBytes } from "../../db/bounded";
import type { ReadDb, Tx } from "../../db/client";
import { isOneOf, readPage } from "../../db/read-page";
import { workflowDefinitions } from "../../db/schema/definitions";
import { workflowRuns } from "../../db/schema/runs";
import { workflowTriggers } from "../../db/schema/triggers";
import { users } from "../../db/schema/users";
import { nextFire } from "../../engine/definition/cron";
import { cronInWords } from "../../engine/definition/cron-words";
import type { CompiledSchedule, CompiledWebhook } from "../../engine/definition/trigger-types";
import { emit } from "../../events/emit";
import { AppError } from "../../lib/errors";
import type { Page } from "../../lib/page";
import type { Scope } from "../../model/roles";
import type { ListTriggersInput, Trigger } from "./schema";

/** Estimated bytes of a trigger in JSON, apart from its fields of varying length. */
const REST_BYTES = 800;

export type TriggerRecord = typeof workflowTriggers.$inferSelect;

/** The rows of triggers, each with its project. */
export const selectProjectTriggers = (db: ReadDb) =>
  db
    .select({ ...getTableColumns(workflowTriggers), project_id: workflowDefinitions.project_id })
    .from(workflowTriggers)
    .innerJoin(workflowDefinitions, eq(workflowDefinitions.id, workflowTriggers.workflow_definition_id));

/** A trigger with its project's id. */
export type ProjectTrigger = TriggerRecord & { project_id: string };

/** A page of the definition's triggers, schedules first, then by key, without secrets. Three queries. */
export async function listTriggers(
  caller: Caller,
  { definition_id: id_or_slug, project_id, ...page }: ListTriggersInput,
): Promise<Page<Trigger>> {
  const { definition_id } = await authorizeDefinition(caller, id_or_slug, "project:read", project_id);
  const { id, kind, key, spec, workflow_definition_id, last_error } = workflowTriggers;
  const { ids, next_cursor } = await readPage(
    caller.db,
    {
      from: sql`${workflowTriggers}`,
      where: eq(workflow_definition_id, definition_id),
      id,
      keys: [
        { value: kind, kind: "text" },
        { value: key, kind: "text" },
      ],
      bytes: sql`${jsonBytes(spec)} + ${textBytes(last_error)} + ${sql.raw(String(REST_BYTES))}`,
    },
    page,
  );
  return { items: await selectTriggers(caller.db, isOneOf(id, ids)), next_cursor };
}

/** A trigger for display. Throws NOT_FOUND. */
export async function getTrigger(db: ReadDb, id: string): Promise<Trigger> {
  const [found] = await selectTriggers(db, eq(workflowTriggers.id, id));
  return found ?? refuseUnknown();
}

async function selectTriggers(db: ReadDb, where: SQL): Promise<Trigger[]> {
  const rows = await db
    .select({
      trigger: workflowTriggers,
      has_secret: sql<boolean>`${workflowTriggers.secret} is not null`,
      person: users.name,
      is_disabled: sql<boolean>`${workflowDefinitions.disabled_at} is not null`,
      run: {
        id: workflowRuns.id,
        number: workflowRuns.number,
        name: workflowRuns.name,
        status: workflowRuns.status,
      },
    })
    .from(workflowTriggers)
    .innerJoin(workflowDefinitions, eq(workflowDefinitions.id, workflowTriggers.workflow_definition_id))
    .leftJoin(users, eq(users.id, workflowTriggers.on_behalf_of))
    .leftJoin(workflowRuns, eq(workflowRuns.id, workflowTriggers.last_run_id))
    .where(where)
    .orderBy(asc(workflowTriggers.kind), asc(workflowTriggers.key), asc(workflowTriggers.id));
  return rows.map(({ trigger, has_secret, person, is_disabled, run }): Trigger => {
    const { id, workflow_definition_id, key, enabled, last_fired_at, last_error } = trigger;
    const common = {
      ...{ id, workflow_definition_id, key, enabled, last_fired_at, last_error },
      on_behalf_of: person,
      last_run: run,
      run_name: (trigger.spec as { run_name?: string }).run_name ?? null,
    };
    if (trigger.kind === "webhook") {
      const { args, if: condition } = trigger.spec as CompiledWebhook;
      return { ...common, kind: "webhook", path: `/api/hooks/${id}`, args, if: condition, has_secret };
    }
    const { args, cron, timezone, overlap = "skip" } = trigger.spec as CompiledSchedule;
    // A schedule keeps its place while its definition is disabled; when it is enabled, that is told anew.
    const next_run_at = is_disabled ? null : trigger.next_run_at;
    return {
      ...common,
      kind: "schedule",
      cron,
      timezone,
      overlap,
      in_words: cronInWords(cron),
      next_run_at,
      next_times: timesFrom(next_run_at, cron, timezone),
      args,
    };
  });
}

const MOST_TIMES = 5;

/** A time of a schedule and those behind it. */
function timesFrom(first: string | null, cron: string, timezone: string): string[] {
  const times: string[] = [];
  for (let next = first; next !== null && times.length < MOST_TIMES; ) {
    times.push(next);
    next = nextFire(cron, timezone, new Date(next))?.toISOString() ?? null;
  }
  return times;
}

/** Checks rights on a trigger by those on its definition. Throws NOT_FOUND or FORBIDDEN. */
export async function authorizeTrigger(
  caller: Caller,
  id: string,
  scope: Scope,
): Promise<{ scope: ProjectScope; row: TriggerRecord }> {
  const [row] = await caller.db.select().from(workflowTriggers).where(eq(workflowTriggers.id, id));
  if (!row) refuseUnknown();
  return { scope: await authorizeDefinition(caller, row.workflow_definition_id, scope), row };
}

/** Tells that a trigger of the definition has changed. */
export async function emitChange(tx: Tx, scope: ProjectScope, definition_id: string): Promise<void> {
  const [row] = await tx
    .select({ status: workflowDefinitions.status })
    .from(workflowDefinitions)
    .where(eq(workflowDefinitions.id, definition_id));
  if (!row) refuseUnknown();
  emit(tx, scope, "workflow.definition.changed", { definition_id, status: row.status });
}

function refuseUnknown(): never {
  throw new AppError("NOT_FOUND", "There is no such trigger.");
}
