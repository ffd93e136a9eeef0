import { sql } from "drizzle-orm";
import type { Db } from "../db/client";
import { type LogFileType, logKey } from "../engine/logs/paths";
import { logger } from "../lib/logger";
import { openStorage } from "../storage/open-storage";
import { readChunks } from "./log-chunks";

const ATTEMPTS_A_ROUND = 20;

interface Leftover extends Record<string, unknown> {
  attempt_id: string;
  number: number;
  step_id: string;
  run_id: string;
  project_id: string;
  path: string;
  types: LogFileType[];
}

/**
 * Makes files of the live logs of attempts that have ended and that nobody holds: a worker that died after a
 * cancel, a disk that was full. Where that fails again they stay live, and are read from there.
 */
export async function sealLeftovers(db: Db): Promise<void> {
  const leftovers = await db.execute<Leftover>(sql`
    select a.id as attempt_id, a.number, s.step_id, r.id as run_id, p.id as project_id, p.path, c.types
    from (
      select attempt_id, array_agg(distinct type) as types from workflow_log_chunks group by attempt_id
    ) c
    join workflow_run_step_attempts a on a.id = c.attempt_id
    join workflow_run_steps s on s.id = a.workflow_run_step_id
    join workflow_runs r on r.id = s.workflow_run_id
    join projects p on p.id = r.project_id
    where a.status <> 'running' and r.claimed_by is null
      and a.updated_at < clock_timestamp() - interval '10 seconds'
    order by a.id limit ${ATTEMPTS_A_ROUND}`);
  for (const { attempt_id, number, step_id, run_id, project_id, path, types } of leftovers) {
    const storage = openStorage({ id: project_id, path });
    try {
      for (const type of types) {
        await storage.put(logKey(run_id, step_id, number, type), readChunks(db, attempt_id, type));
      }
      await db.execute(sql`
        delete from workflow_log_chunks where attempt_id = ${attempt_id} and exists (
          select 1 from workflow_run_step_attempts a where a.id = ${attempt_id} and a.status <> 'running')`);
    } catch (error) {
      logger.debug({ err: error, run_id, step_id }, "a log stays live");
    }
  }
}
