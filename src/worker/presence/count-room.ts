import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import type { Db } from "../../db/client";
import { quotaOf, takenBy } from "../../db/room";
import { folderSizes } from "../../lib/folder-sizes";

/** Runs whose artifacts and logs are summed by one statement, so that none takes long. */
const RUNS = 2_000;
/** For each millisecond of counting so many are rested. */
const REST = 4;

/** Whether anything was told of the project since it was counted, or shortly before. */
const HAS_NEWS = sql`m.counted_at - interval '5 minutes' < (
  select created_at from workflow_events e where e.project_id = p.id order by e.seq desc limit 1)`;

/**
 * Projects to count: every few minutes where a quota holds or something goes on, sooner where a quota is reached, since
 * somebody may have made room; else only now and then, for who looks.
 */
const IS_DUE = sql`(m.counted_at is null or m.counted_at < now() - case
  when ${sql.raw(quotaOf("p"))} is null and ${HAS_NEWS} then interval '5 minutes'
  when ${sql.raw(quotaOf("p"))} is null then interval '1 hour'
  when ${sql.raw(takenBy("p"))} >= ${sql.raw(quotaOf("p"))} then interval '20 seconds'
  else interval '5 minutes' end)`;

/**
 * Counts anew what the project takes that is due most, if one is; gives its id. Workers take turns: whoever moves
 * `counted_at` counts.
 */
export async function countRoom(db: Db, workspaces: string): Promise<string | null> {
  const [due] = (
    await db.execute<{ id: string }>(sql`
      insert into project_room as m (project_id, counted_at)
      select id, now() from (
        select p.id from projects p left join project_room m on m.project_id = p.id
        where ${IS_DUE} order by m.counted_at nulls first limit 1) as due
      on conflict (project_id) do update set counted_at = now()
      where m.counted_at is null or m.counted_at < now() - interval '10 seconds'
      returning project_id as id`)
  ).rows;
  if (!due) return null;
  const folder = join(workspaces, due.id);
  const [rows, sizes] = await Promise.all([countRows(db, due.id), folderSizes(folder)]);
  await db.execute(sql`
    update project_room set artifacts_bytes = ${rows.artifacts}::bigint, logs_bytes = ${rows.logs}::bigint,
      workspaces_bytes = ${sizes.get(folder) ?? 0}::bigint, counted_at = now()
    where project_id = ${due.id}`);
  return due.id;
}

async function countRows(db: Db, project_id: string): Promise<{ artifacts: number; logs: number }> {
  const sum = { artifacts: 0, logs: 0 };
  for (let after = 0; ; ) {
    const began = performance.now();
    const [page] = (
      await db.execute<{ last: number | null; artifacts: number; logs: number }>(sql`
        with page as materialized (
          select id, number, log_bytes from workflow_runs
          where project_id = ${project_id} and number > ${after} order by number limit ${RUNS}),
        steps as materialized (
          select s.id from page join workflow_run_steps s on s.workflow_run_id = page.id)
        select (select max(number) from page) as last,
          (select coalesce(sum(a.size_bytes), 0)::float8 from steps
           join workflow_artifacts a on a.workflow_run_step_id = steps.id
           where a.removed_at is null) as artifacts,
          (select coalesce(sum(log_bytes), 0)::float8 from page) as logs`)
    ).rows;
    if (!page || page.last === null) return sum;
    sum.artifacts += page.artifacts;
    sum.logs += page.logs;
    after = page.last;
    await sleep((performance.now() - began) * REST);
  }
}
