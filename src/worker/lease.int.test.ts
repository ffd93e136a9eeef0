import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { expect, it } from "vitest";
import { startProxy } from "../chaos/proxy";
import { isAlive } from "../lib/process-tree";
import { waitFor } from "../lib/wait-for";
import { enqueueAdvance } from "../queue/enqueue";
import { testDatabase } from "../test/database";
import { makeProject, makeRun, scriptStep } from "../test/factories";
import { readRun, untilRun } from "../test/runs";
import { endWorkersAfterEach, startWorkerProcess } from "../test/worker-process";

const database = testDatabase({ fresh: true });
endWorkersAfterEach();

it("a worker that is cut off from the database ends its steps by itself, and goes on once it is back", async () => {
  const { db } = database;
  // A peer on another machine, which does nothing but live: nobody else could end the step here.
  await db.execute(sql`
    insert into workers (id, host, pid, pool_id, heartbeat_at)
    values ('peer', 'elsewhere', 1, 'peer', now() + interval '1 hour')`);
  const proxy = await startProxy(database.url);
  await startWorkerProcess(proxy.url);
  const body = "echo $$ >> pids; while [ ! -e go ]; do sleep 0.1; done";
  const made = await makeProject(db, { steps: [scriptStep("long", body)] });
  const { run } = await makeRun(db, made);
  await enqueueAdvance(db, run.id);
  const pids = async () =>
    (await readFile(join(made.project.path, "pids"), "utf8").catch(() => ""))
      .split("\n")
      .filter(Boolean)
      .map(Number);
  expect(await waitFor(async () => (await pids()).length === 1, 20_000)).toBe(true);
  // Two beats, of which the later one has seen the peer.
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  const [first = 0] = await pids();
  expect(isAlive(first)).toBe(true);

  proxy.cut();
  expect(await waitFor(() => !isAlive(first), 20_000)).toBe(true);
  expect((await readRun(db, run.id)).run.claimed_by).not.toBeNull();

  proxy.heal({ late: true });
  expect(await waitFor(async () => (await pids()).length === 2, 60_000)).toBe(true);
  await writeFile(join(made.project.path, "go"), "");
  await untilRun(db, run.id, "completed", 30_000);
  expect((await readRun(db, run.id)).steps.map(({ status, attempt }) => [status, attempt])).toEqual([
    ["completed", 1],
  ]);
  await proxy.close();
}, 150_000);
