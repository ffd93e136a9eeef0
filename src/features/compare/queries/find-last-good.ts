import { sql } from "drizzle-orm";
import { authorizeRun, type Caller } from "../../../auth/scope";
import type { LastGoodRun } from "../schema";

/**
 * The newest run of the same definition that was made before this one and completed, whatever its args: what they have
 * to do with it is what a comparison shows. Two queries, the second along the index of the definition's runs.
 */
export async function findLastGood(caller: Caller, { id }: { id: string }): Promise<LastGoodRun> {
  await authorizeRun(caller, id, "project:read");
  const { rows } = await caller.db.execute<NonNullable<LastGoodRun["run"]>>(sql`
    select good.id, good.number, good.name
    from workflow_runs r
    cross join lateral (
      select g.id, g.number, g.name from workflow_runs g
      where g.workflow_definition_id = r.workflow_definition_id and g.status = 'completed'
        and (g.created_at, g.id) < (r.created_at, r.id)
      order by g.created_at desc, g.id desc limit 1
    ) good
    where r.id = ${id}`);
  return { run: rows[0] ?? null };
}
