import { mkdir, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { expect, it } from "vitest";
import { LOG_FILES, type LogFileType } from "../../engine/logs/log-files";
import { logDirectoryKey } from "../../engine/logs/paths";
import { newId } from "../../lib/ids";
import { reconcile } from "../../queue/reconcile";
import { testDatabase } from "../../test/database";
import { type MadeProject, makeProject, makeRun } from "../../test/factories";
import { fileLogs } from "./file-logs";

const database = testDatabase({ fresh: true });

const WHOLE = { input: ["{}\n"], events: ["one\n", "two\n"], output: ["null\n"], summary: ["# Only\n"] };

interface Given {
  status?: string;
  logs?: Partial<Record<LogFileType, string[]>>;
}

/** An attempt of a run of its own, with rows of its logs. */
async function makeAttempt(made: MadeProject, { status = "completed", logs = WHOLE }: Given = {}) {
  const { db } = database;
  const id = newId();
  const { run, steps } = await makeRun(db, made);
  const folder = logDirectoryKey(run.id, "only", 1);
  await db.execute(sql`
    insert into workflow_run_step_attempts
      (id, workflow_run_step_id, number, status, log_directory_path, updated_at)
    values (${id}, ${steps[0]?.id}, 1, ${status}, ${folder}, now() - interval '1 hour')`);
  for (const [type, chunks] of Object.entries(logs)) {
    let offset = 0;
    for (const text of chunks) {
      await db.execute(sql`
        insert into workflow_log_chunks (attempt_id, type, "offset", bytes)
        values (${id}, ${type}, ${offset}, ${Buffer.from(text)})`);
      offset += text.length;
    }
  }
  const pathOf = (type: LogFileType) => join(made.project.path, folder, LOG_FILES[type]);
  return {
    run_id: run.id,
    pathOf,
    read: (type: LogFileType) => readFile(pathOf(type), "utf8"),
    isLive: async () => {
      const { rows } = await db.execute(
        sql`select 1 from workflow_log_chunks where attempt_id = ${id} limit 1`,
      );
      return rows.length > 0;
    },
  };
}

it("logs of a run that has ended become files, whatever stands in the way of one of them", async () => {
  const { db } = database;
  const made = await makeProject(db);
  const gone = await makeProject(db);
  await rename(gone.project.path, `${gone.project.path}-moved`);
  const bad = await makeAttempt(gone);
  const whole = await makeAttempt(made);
  const blocked = await makeAttempt(made);
  await mkdir(blocked.pathOf("output"), { recursive: true });
  const large = await makeAttempt(made, { logs: { ...WHOLE, events: Array(5).fill("x".repeat(65_536)) } });
  const cutOff = await makeAttempt(made, { logs: { events: ["one\n"] } });
  const running = await makeAttempt(made, { status: "running", logs: { events: ["so far\n"] } });

  for (const { run_id } of [bad, blocked]) await expect(fileLogs(db, run_id)).rejects.toThrow("no files yet");
  for (const { run_id } of [whole, large, cutOff, running]) await fileLogs(db, run_id);
  for (const attempt of [bad, blocked, running]) expect(await attempt.isLive()).toBe(true);
  for (const attempt of [whole, large, cutOff]) expect(await attempt.isLive()).toBe(false);
  expect(await whole.read("events")).toBe("one\ntwo\n");
  expect(await whole.read("summary")).toBe("# Only\n");
  expect((await large.read("events")).length).toBe(5 * 65_536);
  expect(await cutOff.read("output")).toBe("null\n");
  expect(await cutOff.read("summary")).toContain("- Status: completed");

  await rename(`${gone.project.path}-moved`, gone.project.path);
  await fileLogs(db, bad.run_id);
  expect(await bad.read("input")).toBe("{}\n");
});

it("logs that no job speaks for are found, and get one", async () => {
  const { db } = database;
  const { run_id } = await makeAttempt(await makeProject(db));
  await db.execute(sql`
    update workflow_runs set status = 'running', updated_at = now() - interval '1 hour' where id = ${run_id}`);
  await db.execute(sql`
    update workflow_runs set status = 'completed', updated_at = now() - interval '1 hour' where id = ${run_id}`);
  await reconcile(db);
  const { rows: jobs } = await db.execute(
    sql`select 1 from graphile_worker.jobs where key = ${`logs:${run_id}`}`,
  );
  expect(jobs).toHaveLength(1);
});
