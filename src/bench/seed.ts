import { sql } from "drizzle-orm";
import type { Tx } from "../db/client";
import { newId } from "../lib/ids";
import { call, type Subject } from "./subject";

const SOURCE = `name: Bench
phases: [work]
steps:
  - id: hello
    phase: work
    type: script
    run: echo hello
  - id: again
    phase: work
    type: script
    run: "true"
`;

export interface Seed {
  projectId: string;
  definitionId: string;
}

/** A project with one definition and `runs` completed runs of it, two steps each, inserted in bulk. */
export async function seed(subject: Subject, runs: number): Promise<Seed> {
  const project = await call<{ id: string }>(subject, "POST", "/projects", {
    name: `Bench ${newId().slice(0, 6)}`,
  });
  await call(subject, "PATCH", `/projects/${project.id}`, {
    max_concurrent_runs: 1000,
    workspace: "shared",
    shared_at_once: true,
  });
  const definition = await call<{ id: string }>(subject, "POST", "/workflows", {
    project_id: project.id,
    source: SOURCE,
  });
  if (runs > 0) await insertRuns(subject, project.id, definition.id, runs);
  return { projectId: project.id, definitionId: definition.id };
}

/** Counts the project's runs, as triggers do where they are not disabled. */
export async function countRuns(tx: Tx, project_id: string): Promise<void> {
  await tx.execute(sql`
    insert into run_counts (project_id, workflow_definition_id, status, amount)
    select project_id, workflow_definition_id, status, count(*) from workflow_runs
    where project_id = ${project_id} group by 1, 2, 3`);
}

async function insertRuns(
  subject: Subject,
  project_id: string,
  definition_id: string,
  count: number,
): Promise<void> {
  await subject.db.transaction(async (tx) => {
    // Disable triggers: they allow no row to be inserted in a finished state.
    await tx.execute(sql`set local session_replication_role = replica`);
    await tx.execute(sql`
      insert into workflow_runs (id, project_id, user_id, workflow_definition_id, revision, number, name, args,
                                 current_phase, current_step_index, status, started_at, completed_at, created_at)
      select 'r' || lpad(to_hex(n), 23, '0'), ${project_id}, ${subject.userId}, ${definition_id}, 1,
             ${count}::int - n + 1, 'Run ' || n, '{}', 'work', 2, 'completed', t, t + interval '3 s', t
      from (select n, now() - n * interval '1 s' as t from generate_series(1, ${count}::int) n) numbered`);
    await tx.execute(sql`update projects set run_seq = run_seq + ${count}::int where id = ${project_id}`);
    await tx.execute(sql`
      insert into workflow_run_steps (id, workflow_run_id, step_id, name, kind, phase, position, status, attempt)
      select 's' || position || substr(r.id, 2), r.id, step_id, step_id, 'script', 'work', position, 'completed', 1
      from workflow_runs r cross join (values (0, 'hello'), (1, 'again')) as step (position, step_id)
      where r.project_id = ${project_id}`);
    await countRuns(tx, project_id);
  });
  await subject.db.execute(sql`vacuum analyze`);
}
