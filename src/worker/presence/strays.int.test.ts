import { type ChildProcess, spawn } from "node:child_process";
import { sql } from "drizzle-orm";
import { afterEach, expect, it } from "vitest";
import { formatMark } from "../../engine/steps/mark";
import { newId } from "../../lib/ids";
import { isAlive, MARKER } from "../../lib/process-tree";
import { testDatabase } from "../../test/database";
import { makeProject, makeRun } from "../../test/factories";
import { Strays } from "./strays";

const database = testDatabase();
const children = new Set<ChildProcess>();
afterEach(() => {
  for (const child of children) child.kill("SIGKILL");
  children.clear();
});

/** A process as a step of this claim would have started it. */
function start(run_id: string, epoch: number): () => boolean {
  const mark = formatMark({ process_key: "gone", run_id, epoch, attempt_id: newId() });
  const child = spawn("sleep", ["1000"], { stdio: "ignore", env: { ...process.env, [MARKER]: mark } });
  children.add(child);
  return () => isAlive(child.pid ?? 0);
}

it("ends the processes of claims that are void, and nobody else's", async () => {
  const { db } = database;
  const made = await makeProject(db);
  const makeClaimed = async (claimed_by: string | null) => {
    const { run } = await makeRun(db, made);
    await db.execute(sql`
      update workflow_runs set status = 'running', epoch = 2, claimed_by = ${claimed_by} where id = ${run.id}`);
    return run.id;
  };
  const worker = newId();
  await db.execute(sql`
    insert into workers (id, host, pid, pool_id, started_at) values (${worker}, 'test', 1, ${worker}, now())`);
  const held = await makeClaimed(worker);
  const free = await makeClaimed(null);
  const taken = await makeClaimed(null);

  const its = {
    held: start(held, 2),
    takenOver: start(held, 1),
    givenUp: start(free, 2),
    ahead: start(free, 3),
    claimedAgain: start(taken, 2),
    elsewhere: start(newId(), 1),
  };
  const alive = () =>
    Object.entries(its)
      .filter(([, lives]) => lives())
      .map(([name]) => name);
  const strays = new Strays(db);
  // Seen void once they may be in the midst of their own end.
  expect(await strays.end()).toBe(0);
  expect(alive()).toEqual(Object.keys(its));

  await db.execute(sql`update workflow_runs set claimed_by = ${worker} where id = ${taken}`);
  expect(await strays.end()).toBe(2);
  expect(alive()).toEqual(["held", "ahead", "claimedAgain", "elsewhere"]);
  expect(await strays.end()).toBe(0);
  await db.execute(sql`delete from workers where id = ${worker}`);
});
