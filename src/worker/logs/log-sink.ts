import { sql } from "drizzle-orm";
import type { Db } from "../../db/client";
import type { LogSink } from "../../engine/logs/sink";
import { ClaimLost } from "../../engine/run/ports";
import { wakerOf } from "../../events/wake";
import { retry } from "../../lib/retry";
import { isClaimed } from "../claims/under-claim";
import { isUnavailable, reach } from "../presence/reach";

/** Writes live logs as rows. */
export function createLogSink(db: Db): LogSink {
  const waker = wakerOf(db);
  return {
    async append({ claim, attempt_id }, chunks, signal) {
      const values = chunks.map(
        ({ type, offset, bytes }) => sql`(${attempt_id}, ${type}, ${offset}::bigint, ${bytes}::bytea)`,
      );
      // The lock makes a new claim wait, so that it reads the log's true length.
      const write = sql`
        with claimed as (select id from workflow_runs where ${isClaimed(claim)} for share),
        written as (
          insert into workflow_log_chunks (attempt_id, type, "offset", bytes)
          select v.attempt_id, v.type, v."offset", v.bytes
          from (values ${sql.join(values, sql`, `)}) as v (attempt_id, type, "offset", bytes), claimed
          on conflict do nothing
        )
        select 1 from claimed`;
      if (signal.aborted) throw new ClaimLost("the log was closed");
      const { rows: claimed } = await retry(async () => db.execute(write), {
        isWorthwhile: isUnavailable,
        signal,
      }).catch((error: unknown) => {
        throw signal.aborted && isUnavailable(error) ? new ClaimLost("the log was closed") : error;
      });
      if (claimed.length === 0) throw new ClaimLost(`run ${claim.run.id} is not ours any more`);
      waker.wake({ channel: "logs", id: attempt_id });
    },

    async size({ attempt_id }, type) {
      const { rows } = await reach(() =>
        db.execute<{ size: string }>(sql`
          select coalesce(max("offset" + length(bytes)), 0) as size from workflow_log_chunks
          where attempt_id = ${attempt_id} and type = ${type}`),
      );
      return Number(rows[0]?.size ?? 0);
    },

    async *read({ attempt_id }, type) {
      for (let from = 0; ; ) {
        const { rows } = await reach(() =>
          db.execute<{ bytes: Buffer }>(sql`
            select bytes from workflow_log_chunks
            where attempt_id = ${attempt_id} and type = ${type} and "offset" = ${from}`),
        );
        const [chunk] = rows;
        if (!chunk || chunk.bytes.byteLength === 0) return;
        yield chunk.bytes;
        from += chunk.bytes.byteLength;
      }
    },

    progress({ claim, step }, output) {
      const { run } = claim;
      const text = output.replaceAll("\0", "\uFFFD");
      waker.progress({ execution_id: run.id, step_id: step.id, output: text, project_id: run.project.id });
    },
  };
}
