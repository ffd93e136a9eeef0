import { createHash } from "node:crypto";
import { mkdtemp, realpath } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PersonActor } from "../auth/actor";
import type { Db } from "../db/client";
import { workflowArtifacts } from "../db/schema/comments";
import { workflowDefinitionRevisions, workflowDefinitions } from "../db/schema/definitions";
import { projects } from "../db/schema/projects";
import { workflowRunSteps, workflowRuns } from "../db/schema/runs";
import type { CompiledDefinition } from "../engine/definition/types";
import { artifactsKey } from "../engine/logs/paths";
import { nextNumber, RUN_NUMBER } from "../features/runs/commands/next-number";
import { newId } from "../lib/ids";
import { openStorage } from "../storage/open-storage";
import { approvalStep, inSequence, scriptStep } from "./compiled";
import { addRole, makePerson } from "./people";

export { approvalStep, scriptStep };

export interface MadeProject {
  project: typeof projects.$inferSelect;
  owner: PersonActor;
  definition: typeof workflowDefinitions.$inferSelect;
  compiled: CompiledDefinition;
}

export interface MadeRun {
  run: typeof workflowRuns.$inferSelect;
  steps: (typeof workflowRunSteps.$inferSelect)[];
}

/** A project in a temporary folder with an owner and a definition of these steps (one that does nothing). */
export async function makeProject(
  db: Db,
  {
    steps = [scriptStep("only", "true")],
    ...given
  }: Partial<
    Pick<
      CompiledDefinition,
      "steps" | "args_schema" | "concurrency" | "run_name" | "setup" | "copy" | "cache" | "budget"
    >
  > & {
    path?: string;
    made_by_us?: boolean;
    max_concurrent_runs?: number;
    workspace?: "clone" | "copy" | "shared";
  } = {},
): Promise<MadeProject> {
  const id = newId();
  const path = given.path ?? (await realpath(await mkdtemp(join(tmpdir(), "phaseboard-project-"))));
  const [project] = await db
    .insert(projects)
    .values({
      id,
      name: "Test",
      slug: `slug-${id}`,
      path,
      made_by_us: given.made_by_us ?? false,
      max_concurrent_runs: given.max_concurrent_runs ?? 100,
      workspace: given.workspace ?? "shared",
      shared_at_once: true,
    })
    .returning();
  const compiled: CompiledDefinition = {
    name: "Work",
    description: "",
    phases: [...new Set(steps.map((step) => step.phase))],
    args_schema: given.args_schema ?? null,
    is_template: false,
    ...(given.concurrency ? { concurrency: given.concurrency } : {}),
    ...(given.run_name ? { run_name: given.run_name } : {}),
    ...(given.setup ? { setup: given.setup } : {}),
    ...(given.copy ? { copy: given.copy } : {}),
    ...(given.cache ? { cache: given.cache } : {}),
    ...(given.budget ? { budget: given.budget } : {}),
    steps: inSequence(steps),
  };
  const [definition] = await db
    .insert(workflowDefinitions)
    .values({
      project_id: id,
      name: compiled.name,
      slug: "work",
      type: "yaml",
      path: ".agent/workflows/definitions/work.yaml",
      phases: compiled.phases,
      args_schema: compiled.args_schema,
      status: "active",
    })
    .returning();
  if (!project || !definition) throw new Error("the project's rows did not come back");
  await db.insert(workflowDefinitionRevisions).values({
    workflow_definition_id: definition.id,
    number: 1,
    sha256: "0".repeat(64),
    source: "name: Work",
    compiled,
  });
  const owner = await makePerson(db, "Owner");
  await addRole(db, id, owner, "owner");
  return { project, owner, definition, compiled };
}

/** A pending run of the project's definition, with its steps, and no job queued for it. */
export async function makeRun(
  db: Db,
  made: MadeProject,
  given: { args?: Record<string, unknown>; base?: string } = {},
): Promise<MadeRun> {
  const [run] = await db
    .with(nextNumber(db, made.project.id))
    .insert(workflowRuns)
    .values({
      number: RUN_NUMBER,
      project_id: made.project.id,
      user_id: made.owner.user_id,
      workflow_definition_id: made.definition.id,
      revision: 1,
      name: "Test run",
      args: given.args ?? {},
      workspace: made.project.workspace ?? "shared",
      base: given.base ?? null,
    })
    .returning();
  if (!run) throw new Error("the run's row did not come back");
  const steps = await db
    .insert(workflowRunSteps)
    .values(
      made.compiled.steps.map(({ id, name, kind, phase }, position) => ({
        workflow_run_id: run.id,
        step_id: id,
        name,
        kind,
        phase,
        position,
      })),
    )
    .returning();
  return { run, steps };
}

/** An artifact of the run's first step, with its file. */
export async function makeArtifact(
  db: Db,
  { project }: MadeProject,
  { run, steps: [step] }: MadeRun,
  given: { name?: string; content?: string | Buffer; mime_type?: string; workflow_comment_id?: string } = {},
): Promise<typeof workflowArtifacts.$inferSelect> {
  if (!step) throw new Error("the run has no step");
  const { content = "hello", ...values } = given;
  const id = newId();
  const file_path = `${artifactsKey(run.id, step.step_id)}/${id}`;
  const size_bytes = await openStorage(project).put(file_path, content);
  const [row] = await db
    .insert(workflowArtifacts)
    .values({
      id,
      workflow_run_step_id: step.id,
      name: "hello.txt",
      file_type: "document",
      mime_type: "text/plain",
      ...values,
      file_path,
      size_bytes,
      sha256: createHash("sha256").update(content).digest("hex"),
    })
    .returning();
  if (!row) throw new Error("the artifact's row did not come back");
  return row;
}
