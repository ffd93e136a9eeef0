import { desc, eq, sql } from "drizzle-orm";
import type { Db } from "../../db/client";
import { workflowCodeLogChunks } from "../../db/schema/runs";
import { ClaimLost, type CodeLogStore } from "../../engine/run/ports";
import { wakerOf } from "../../events/wake";
import { isClaimed } from "../claims/under-claim";
import { patiently } from "../presence/reach";

/** Stores what definitions' code prints, as rows that live as long as their run. */
export function createCodeLogs(db: Db): CodeLogStore {
  const { workflow_run_id, offset, bytes, steps, prints } = workflowCodeLogChunks;
  return {
    open: ({ run }, signal) =>
      patiently(async () => {
        const [last] = await db
          .select({ size: sql<number>`${offset} + length(${bytes})`.mapWith(Number), steps, prints })
          .from(workflowCodeLogChunks)
          .where(eq(workflow_run_id, run.id))
          .orderBy(desc(offset))
          .limit(1);
        return { size: last?.size ?? 0, place: { steps: last?.steps ?? 0, prints: last?.prints ?? 0 } };
      }, signal),

    async append(claim, chunk, signal) {
      const { place } = chunk;
      // The lock makes a new claim wait, so that it reads the true end of the log.
      const { rows: held } = await patiently(
        () =>
          db.execute(sql`
            with claimed as (select id from workflow_runs where ${isClaimed(claim)} for share),
            written as (
              insert into workflow_code_log_chunks (workflow_run_id, "offset", bytes, steps, prints)
              select id, ${chunk.offset}::bigint, ${chunk.bytes}::bytea, ${place.steps}::int, ${place.prints}::int
              from claimed
              on conflict do nothing
            )
            select 1 from claimed`),
        signal,
      );
      if (held.length === 0) throw new ClaimLost(`run ${claim.run.id} is not ours any more`);
      wakerOf(db).wake({ channel: "logs", id: claim.run.id });
    },
  };
}
