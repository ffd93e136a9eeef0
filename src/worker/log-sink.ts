import { sql } from "drizzle-orm";
import type { Db } from "../db/client";
import { LOG_FILE_TYPES, LOG_FILES } from "../engine/logs/log-files";
import { logDirectoryKey, logKey, runKey } from "../engine/logs/paths";
import type { LogSink } from "../engine/logs/sink";
import { ClaimLost } from "../engine/ports";
import { wakerOf } from "../events/wake";
import { logger } from "../lib/logger";
import { readSettings } from "../lib/settings";
import { openStorage } from "../storage/open-storage";
import { readChunks } from "./log-chunks";
import { backOff, isUnavailable, reach } from "./reach";
import { isClaimed } from "./under-claim";
import { settleFiles, writeFiles } from "./write-files";

/** Live logs as rows, sealed ones as files of the project. `onShown`: rows are left to be made files of. */
export function createLogSink(db: Db, onShown: () => void = () => {}): LogSink {
  const waker = wakerOf(db.$client);
  // Asked once: to read the settings is to read the environment, which each step of a run would wait for.
  const { storage } = readSettings();
  return {
    async append({ claim, attempt_id }, chunks, signal) {
      const values = chunks.map(
        ({ type, offset, bytes }) => sql`(${attempt_id}, ${type}, ${offset}::bigint, ${bytes}::bytea)`,
      );
      // The lock makes a claim that comes meanwhile wait, so that it reads the log's true length.
      const write = sql`
        with claimed as (select id from workflow_runs where ${isClaimed(claim)} for share),
        written as (
          insert into workflow_log_chunks (attempt_id, type, "offset", bytes)
          select v.attempt_id, v.type, v."offset", v.bytes
          from (values ${sql.join(values, sql`, `)}) as v (attempt_id, type, "offset", bytes), claimed
          on conflict do nothing
        )
        select 1 from claimed`;
      for (let tries = 0; ; tries++) {
        if (signal.aborted) throw new ClaimLost("the log was closed");
        try {
          const claimed = await db.execute(write);
          if (claimed.length === 0) throw new ClaimLost(`run ${claim.run.id} is not ours any more`);
          break;
        } catch (error) {
          if (!isUnavailable(error)) throw error;
          await backOff(tries, signal);
        }
      }
      waker.wake("logs", attempt_id);
    },

    async size({ attempt_id }, type) {
      const [row] = await reach(() =>
        db.execute<{ size: string }>(sql`
          select coalesce(max("offset" + length(bytes)), 0) as size from workflow_log_chunks
          where attempt_id = ${attempt_id} and type = ${type}`),
      );
      return Number(row?.size ?? 0);
    },

    read: ({ attempt_id }, type) => readChunks(db, attempt_id, type),

    async unseal({ claim, step, number }) {
      const storage = openStorage(claim.run.project);
      const keys = LOG_FILE_TYPES.map((type) => logKey(claim.run.id, step.id, number, type));
      // What cannot be deleted is replaced when the attempt ends.
      await Promise.all(keys.map((key) => storage.delete(key))).catch((error: unknown) =>
        logger.debug({ err: error, run_id: claim.run.id }, "logs of an interrupted attempt were left"),
      );
    },

    async put({ claim }, key, content) {
      await openStorage(claim.run.project).put(key, content);
    },

    show({ claim, step, number }, files) {
      // An object store keeps what it has taken, so nothing is won by a second time.
      if (storage !== "local") return false;
      onShown();
      const { id, project } = claim.run;
      const named = Object.fromEntries(LOG_FILE_TYPES.map((type) => [LOG_FILES[type], files[type]]));
      // Nothing is made of a run that was deleted meanwhile.
      const order = { root: project.path, key: logDirectoryKey(id, step.id, number), within: runKey(id) };
      writeFiles({ ...order, files: named, lasting: false }).catch((error: unknown) => {
        logger.debug({ err: error, run_id: id, step_id: step.id }, "a log is no file yet");
      });
      return true;
    },

    settle: settleFiles,

    progress({ claim, step }, output) {
      const { run } = claim;
      const text = output.replaceAll("\0", "\uFFFD");
      waker.progress({ execution_id: run.id, step_id: step.id, output: text, project_id: run.project.id });
    },
  };
}
