import { mkdir, readFile, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { expect, it } from "vitest";
import { LOG_FILES, type LogFileType } from "../engine/logs/log-files";
import { logDirectoryKey } from "../engine/logs/paths";
import { newId } from "../lib/ids";
import { testDatabase } from "../test/database";
import { type MadeProject, makeProject, makeRun } from "../test/factories";
import { sealLeftovers } from "./seal-leftovers";
import { putSoon } from "./write-files";

const database = testDatabase({ fresh: true });

const WHOLE = { input: ["{}\n"], events: ["one\n", "two\n"], output: ["null\n"], summary: ["# Only\n"] };

interface Given {
  status?: string;
  worker?: string;
  logs?: Partial<Record<LogFileType, string[]>>;
}

/** An attempt of a run of its own, with rows of its logs. */
async function makeAttempt(made: MadeProject, { status = "completed", worker, logs = WHOLE }: Given = {}) {
  const { db } = database;
  const id = newId();
  const { run, steps } = await makeRun(db, made);
  const folder = logDirectoryKey(run.id, "only", 1);
  await db.execute(sql`
    insert into workflow_run_step_attempts
      (id, workflow_run_step_id, number, status, log_directory_path, worker_id, updated_at)
    values (${id}, ${steps[0]?.id}, 1, ${status}, ${folder}, ${worker ?? null}, now() - interval '1 hour')`);
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
    folder,
    pathOf,
    read: (type: LogFileType) => readFile(pathOf(type), "utf8"),
    isLive: async () => {
      const rows = await db.execute(sql`select 1 from workflow_log_chunks where attempt_id = ${id} limit 1`);
      return rows.length > 0;
    },
  };
}

it("live logs become files, whatever stands in the way of one of them", async () => {
  const { db } = database;
  const made = await makeProject(db);
  const gone = await makeProject(db);
  await rename(gone.project.path, `${gone.project.path}-moved`);
  const bad = [];
  const good = [];
  // More than one round of each, in no order.
  for (let number = 0; number < 60; number++) {
    bad.push(await makeAttempt(gone));
    good.push(await makeAttempt(made));
  }
  const blocked = await makeAttempt(made);
  await mkdir(blocked.pathOf("output"), { recursive: true });
  const large = await makeAttempt(made, { logs: { ...WHOLE, events: Array(5).fill("x".repeat(65_536)) } });
  const cutOff = await makeAttempt(made, { logs: { events: ["one\n"] } });
  const shown = await makeAttempt(made);
  const files = Object.entries(WHOLE).map(([type, chunks]) => [
    LOG_FILES[type as LogFileType],
    Buffer.from(chunks.join("")),
  ]);
  await putSoon(made.project, shown.folder, Object.fromEntries(files));
  const inode = (await stat(shown.pathOf("events"))).ino;

  await sealLeftovers(db);
  for (const attempt of [...bad, blocked]) expect(await attempt.isLive()).toBe(true);
  for (const attempt of [...good, large, cutOff, shown]) expect(await attempt.isLive()).toBe(false);
  for (const attempt of good) {
    expect(await attempt.read("events")).toBe("one\ntwo\n");
    expect(await attempt.read("summary")).toBe("# Only\n");
  }
  expect((await large.read("events")).length).toBe(5 * 65_536);
  expect(await cutOff.read("output")).toBe("null\n");
  expect(await cutOff.read("summary")).toContain("- Status: completed");
  expect((await stat(shown.pathOf("events"))).ino).toBe(inode);

  await rename(`${gone.project.path}-moved`, gone.project.path);
  await sealLeftovers(db);
  for (const attempt of bad) expect(await attempt.read("input")).toBe("{}\n");
});

it("a worker seals its own, the eldest those of workers that are gone, and nobody what still runs", async () => {
  const { db } = database;
  const made = await makeProject(db);
  const [elder, younger] = ["sealworkerelder", "sealworkeryounger"];
  await db.execute(sql`
    insert into workers (id, host, pid, pool_id, started_at) values
      (${elder}, 'test', 1, ${elder}, now() - interval '1 hour'), (${younger}, 'test', 2, ${younger}, now())`);
  const its = {
    elder: await makeAttempt(made, { worker: elder }),
    younger: await makeAttempt(made, { worker: younger }),
    gone: await makeAttempt(made, { worker: "sealworkergone" }),
    running: await makeAttempt(made, { worker: younger, status: "running", logs: { events: ["so far\n"] } }),
  };
  const live = async () => {
    const all = Object.entries(its).map(async ([name, { isLive }]) => ((await isLive()) ? [name] : []));
    return (await Promise.all(all)).flat();
  };
  await sealLeftovers(db, { worker_id: younger });
  expect(await live()).toEqual(["elder", "gone", "running"]);
  await sealLeftovers(db, { worker_id: elder });
  expect(await live()).toEqual(["running"]);
});
