import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeDatabase, type Db, openDatabase } from "../../db/client";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../../db/embedded";
import { migrate } from "../../db/migrate";
import { enqueueAdvance } from "../../queue/enqueue";
import { migrateQueue } from "../../queue/migrate";
import { makeProject, makeRun, scriptStep } from "../../test/factories";
import { readRun, untilRun } from "../../test/runs";
import { endWorkersAfterEach, startWorkerProcess } from "../../test/worker-process";

/** A server of its own: it is killed. */
let server: EmbeddedPostgres;
let folder: string;
let db: Db;
endWorkersAfterEach();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "phaseboard-outage-"));
  server = await startEmbeddedPostgres({ dataDir: folder, log: () => {} });
  await migrate(server.url, { queue: migrateQueue });
  db = openDatabase(server.url, { name: "test" });
});
afterAll(async () => {
  await closeDatabase(db);
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

async function killPostgres(): Promise<void> {
  const before = server.pid;
  process.kill(before, "SIGKILL");
  await expect.poll(() => server.pid).toSatisfy((pid: number) => pid !== 0 && pid !== before);
  await expect.poll(async () => (await db.execute(sql`select 1`)).rows).toHaveLength(1);
}

describe("Postgres killed while a run goes on", () => {
  it("no worker ends, the child goes on, each result is recorded once", async () => {
    const workers = [await startWorkerProcess(server.url), await startWorkerProcess(server.url)];
    const step = (id: string) =>
      scriptStep(id, `echo ${id} >> calls; while [ ! -e go-${id} ]; do echo tick; sleep 0.05; done`);
    const made = await makeProject(db, { steps: [step("a"), step("b"), scriptStep("c", "echo c >> calls")] });
    const { run } = await makeRun(db, made);
    const path = made.project.path;
    const calls = () =>
      readFile(join(path, "calls"), "utf8").then(
        (text) => text.trim().split("\n"),
        () => [],
      );
    await enqueueAdvance(db, run.id);
    await expect.poll(calls).toHaveLength(1);
    await killPostgres();
    await writeFile(join(path, "go-a"), "");
    await expect.poll(calls).toHaveLength(2);

    // The step ends while the database is away: its result waits.
    const killed = killPostgres();
    await writeFile(join(path, "go-b"), "");
    await killed;
    await untilRun(db, run.id, "completed");

    expect(await calls()).toEqual(["a", "b", "c"]);
    const after = await readRun(db, run.id);
    expect(after.run.epoch).toBe(1);
    expect(after.steps.map((row) => [row.status, row.attempt])).toEqual([
      ["completed", 1],
      ["completed", 1],
      ["completed", 1],
    ]);
    for (const worker of workers) expect(worker.exitCode ?? worker.signalCode).toBeNull();

    const next = await makeRun(db, made);
    await enqueueAdvance(db, next.run.id);
    await untilRun(db, next.run.id, "completed");
  });
});
