import { sql } from "drizzle-orm";
import type { Db } from "../db/client";

/** Makes one row of the many by which a project's runs are counted, so that a reader adds up few. */
export async function addUpRunCounts(db: Db): Promise<void> {
  await db.execute(sql`
    with crowded as (
      select project_id from run_counts
      group by project_id having count(*) > count(distinct (workflow_definition_id, status))
    ), gone as (
      delete from run_counts where project_id in (select project_id from crowded) returning *
    )
    insert into run_counts (project_id, workflow_definition_id, status, amount)
    select project_id, workflow_definition_id, status, sum(amount) from gone
    group by 1, 2, 3 having sum(amount) <> 0`);
}
