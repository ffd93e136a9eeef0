import { getTableColumns, sql } from "drizzle-orm";
import { authorizeDefinition, authorizeProject, type Caller, type ProjectScope } from "../../../auth/scope";
import { workflowRunSteps, workflowRuns } from "../../../db/schema/runs";
import { checkArgs } from "../../../engine/definition/args";
import { computedName, readsNumber, tidyName } from "../../../engine/definition/run-name";
import { ExpressionError, textOfRun } from "../../../engine/definition/text-of-run";
import type { CompiledDefinition } from "../../../engine/definition/types";
import { type Commit, createOnce } from "../../../events/create-once";
import { audit, emit, Unanswered } from "../../../events/emit";
import { AppError, faultyInput } from "../../../lib/errors";
import { newId } from "../../../lib/ids";
import { STEP_STATUSES, type StepStatus, type WorkspaceKind } from "../../../model/states";
import { enqueueAdvance } from "../../../queue/enqueue";
import { noSuchDefinition } from "../../definitions/queries";
import { type Queued, queuedCounts, refuseMoreQueued } from "../../in-run/queue-caps";
import { firstOfNew } from "../../steps/queries/steps-where";
import { RUN_COLUMNS } from "../queries/run-columns";
import { detailsOf, NOTHING_YET } from "../queries/run-details";
import { waitOf, withIsoTimes } from "../queries/run-wait";
import type { CreateRunInput, ExecuteInput, Run, RunDetails, RunWait } from "../schema";
import { cancelGroup, groupKey } from "./cancel-group";
import { chooseWorkspace, type ProjectPlace, sharedKey } from "./choose-workspace";
import { nextNumber, RUN_NUMBER, takeNumber } from "./next-number";

/**
 * Starts a run of the newest revision. The definition is named by its id, or by its slug in the project.
 * Throws BAD_REQUEST that names each wrong arg.
 */
export async function createRun(caller: Caller, input: CreateRunInput): Promise<RunDetails> {
  const { project_id, workflow_definition_id } = input;
  // Both queries run at once; nothing about the definition is revealed if the gate refuses.
  const [scope, found] = await Promise.all([
    authorizeProject(caller, project_id, "run:write"),
    findNewest(caller, project_id, workflow_definition_id),
  ]);
  return createOnce(caller, scope, "runs.create", (commit) => startRun(caller, scope, input, commit, found));
}

/**
 * As `createRun`, but needs only the definition. The default name is the definition's with the run's number.
 */
export async function executeDefinition(
  caller: Caller,
  { id, project_id, ...input }: ExecuteInput,
): Promise<RunDetails> {
  const scope = await authorizeDefinition(caller, id, "run:write", project_id);
  const start = { ...input, workflow_definition_id: scope.definition_id, priority: 0 };
  return createOnce(caller, scope, "runs.execute", (commit) => startRun(caller, scope, start, commit));
}

type StartInput = Pick<CreateRunInput, "workflow_definition_id" | "args" | "priority"> & {
  name?: string | undefined;
  /** The schedule or webhook that starts the run. */
  trigger?: {
    id: string;
    /** Its runs wait for each other (`overlap: queue`). */
    in_turn: boolean;
  };
  /** Added to the default name, to tell this run from others of the definition. */
  suffix?: string;
};

interface Newest extends Queued {
  id: string;
  status: string;
  is_disabled: boolean;
  name: string;
  slug: string;
  path: string;
  phases: string[];
  /** Null if the definition never had a valid revision; then the fields below are missing too. */
  revision: number | null;
  args_schema: CompiledDefinition["args_schema"];
  run_name: string | null;
  steps: CompiledDefinition["steps"];
  concurrency: CompiledDefinition["concurrency"] | null;
  workspace: WorkspaceKind | null;
  base: string | null;
  project: { name: string; slug: string };
  place: ProjectPlace;
}

type Found = Newest | undefined;
type StepRow = typeof workflowRunSteps.$inferSelect;

const NO_STEPS = Object.fromEntries(STEP_STATUSES.map((status) => [status, 0])) as Record<StepStatus, number>;

/** The newest revision of the definition with this id, or with this slug in the project. */
async function findNewest({ db, actor }: Caller, project_id: string, id_or_slug: string): Promise<Found> {
  // Its code is not read: it may be large and is not needed here.
  const [found] = (
    await db.execute<Newest>(sql`
    select d.id, d.status, d.disabled_at is not null as is_disabled, d.name, d.slug, d.path, d.phases, v.number as revision, v.compiled -> 'args_schema' as args_schema,
           v.compiled -> 'steps' as steps, v.compiled -> 'concurrency' as concurrency,
           v.compiled ->> 'run_name' as run_name, v.compiled ->> 'workspace' as workspace, v.compiled ->> 'base' as base,
           (select json_build_object('path', p.path, 'workspace', p.workspace, 'shared_at_once', p.shared_at_once)
            from projects p where p.id = d.project_id) as place,
           (select json_build_object('name', p.name, 'slug', p.slug) from projects p where p.id = d.project_id) as project,
           ${queuedCounts(project_id, actor.user_id)}
    from workflow_definitions d
    left join workflow_definition_revisions v on v.workflow_definition_id = d.id
    where (d.id = ${id_or_slug} or d.slug = ${id_or_slug}) and d.project_id = ${project_id}
    -- An id is no slug of another but by a wild chance; then the id counts.
    order by d.id = ${id_or_slug} desc, v.number desc limit 1`)
  ).rows;
  return found;
}

/** Starts a run in the project of `scope`, inside `commit`: the only place. Throws as `createRun`. */
export async function startRun(
  caller: Caller,
  scope: ProjectScope,
  input: StartInput,
  commit: Commit<RunDetails>,
  coming: Found | Promise<Found> = findNewest(caller, scope.project_id, input.workflow_definition_id),
): Promise<RunDetails> {
  const found = await coming;
  if (!found) throw await noSuchDefinition(caller.db, scope);
  const { revision } = found;
  if (found.status !== "active" || revision === null) {
    throw new AppError(
      "BAD_REQUEST",
      `The definition "${found.name}" is ${found.status} and cannot be started. Open it to see why.`,
      [{ path: "workflow_definition_id", message: `is ${found.status}` }],
    );
  }
  if (found.is_disabled) {
    throw new AppError(
      "BAD_REQUEST",
      `The definition "${found.name}" is disabled and starts nothing. A maintainer can enable it on its page.`,
      [{ path: "workflow_definition_id", message: "is disabled" }],
    );
  }
  const checked = checkArgs(found.args_schema, input.args);
  if (!checked.ok) throw faultyInput(checked.faults);
  refuseMoreQueued(found);
  const facts = { args: checked.args, project: { id: scope.project_id, ...found.project } };
  const { concurrency } = found;
  const tell = (key: string, text: string | undefined | null) =>
    text ? ofRun(key, () => textOfRun(text, facts)) : null;
  const group = tell("concurrency.group", concurrency?.group);
  const base = tell("base", found.base);
  const workspace = await chooseWorkspace(found.workspace, found.place);
  const { trigger } = input;
  const groups = [
    ...(group === null ? [] : [groupKey(group)]),
    ...(workspace === "shared" && !found.place.shared_at_once ? [sharedKey(scope.project_id)] : []),
    ...(trigger?.in_turn ? [`trigger:${trigger.id}`] : []),
  ];
  const told = input.suffix === undefined ? null : tidyName(`${found.name} · ${input.suffix}`);
  return commit(async (tx) => {
    if (group !== null && found.concurrency?.cancel_in_progress) await cancelGroup(tx, scope, group);
    const id = newId();
    const isNamed = input.name !== undefined;
    const number = !isNamed && readsNumber(found.run_name) ? await takeNumber(tx, scope.project_id) : null;
    const computed =
      computedName(isNamed ? null : found.run_name, {
        args: checked.args,
        project: { ...found.project, id: scope.project_id },
        run: { id, number: number ?? 0 },
      }) ?? told;
    const steps = found.steps.map(({ id: step_id, name, kind, phase }, position) => ({
      workflow_run_id: id,
      step_id,
      name,
      kind,
      phase,
      position,
    }));
    // Sent together, in one round trip with the commit. The insert of the steps is sent after that of the
    // run, which they refer to.
    const made = Promise.all([
      (number === null ? tx.with(nextNumber(tx, scope.project_id)) : tx)
        .insert(workflowRuns)
        .values({
          id,
          project_id: scope.project_id,
          user_id: caller.actor.user_id,
          workflow_definition_id: found.id,
          revision,
          number: number ?? RUN_NUMBER,
          name: input.name ?? computed ?? sql`${found.name}::text || ' #' || ${number ?? RUN_NUMBER}`,
          args: checked.args,
          priority: input.priority,
          workspace,
          base,
          workflow_trigger_id: trigger?.id ?? null,
          concurrency_groups: groups,
        })
        .returning({
          ...RUN_COLUMNS,
          waiting_for: sql<RunWait | null>`${sql.raw(waitOf("workflow_runs"))}`.mapWith(withIsoTimes),
        }),
      // A definition in code has no steps yet; they appear as it runs.
      steps.length > 0
        ? tx.insert(workflowRunSteps).values(steps).returning(getTableColumns(workflowRunSteps))
        : [],
      enqueueAdvance(tx, id, { priority: input.priority }),
    ]);
    emit(tx, scope, "workflow.execution.created", { execution_id: id });
    audit(tx, { target: { type: "run", id }, after: { definition: found.name, revision } });
    return new Unanswered(made.then(([[row], rows]) => newDetails(caller, found, revision, row, rows)));
  });
}

/** Computes what the definition says of this run. Throws BAD_REQUEST where its expressions have no value. */
function ofRun<T>(key: string, compute: () => T): T {
  try {
    return compute();
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    throw new AppError("BAD_REQUEST", `${key} of the definition cannot be told: ${error.message}.`);
  }
}

/** Details of a run that was just created, without reading anything again. */
function newDetails(
  { actor }: Caller,
  { id, name, slug, path, phases }: Newest,
  newest_revision: number,
  row: (Run & { waiting_for: RunWait | null }) | undefined,
  rows: StepRow[],
): RunDetails {
  if (!row) throw new Error("the run's row did not come back");
  const steps = firstOfNew(rows);
  const { waiting_for, ...run } = row;
  return detailsOf(run, {
    ...NOTHING_YET,
    user_name: actor.name,
    waiting_for,
    definition: { id, name, slug, phases, path, newest_revision },
    step_counts: { ...NO_STEPS, pending: rows.length },
    steps: steps.items,
    steps_next_cursor: steps.next_cursor,
  });
}
