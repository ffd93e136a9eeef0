import { mkdir, mkdtemp, readdir, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import { beforeEach, expect, it } from "vitest";
import { workflowRuns } from "../../db/schema/runs";
import { newId } from "../../lib/ids";
import { testDatabase } from "../../test/database";
import { type MadeProject, makeProject, makeRun } from "../../test/factories";
import { sweepScratch } from "./scratch-sweep";

const database = testDatabase();
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
let scratch: string;
let made: MadeProject;

beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), "phaseboard-scratch-"));
  made = await makeProject(database.db);
});

/** A folder of that name with a file in it, in which nothing was made for so long. */
async function folder(name: string, age_ms: number): Promise<string> {
  const path = join(scratch, name);
  await mkdir(join(path, "step"), { recursive: true });
  await writeFile(join(path, "step", "output.json"), "{}");
  const at = new Date(Date.now() - age_ms);
  await utimes(path, at, at);
  return name;
}

async function run(status: "running" | "paused" | "completed" | "failed" | "cancelled"): Promise<string> {
  const { id } = (await makeRun(database.db, made)).run;
  for (const next of status === "running" ? ([status] as const) : (["running", status] as const)) {
    await database.db.update(workflowRuns).set({ status: next }).where(eq(workflowRuns.id, id));
  }
  return id;
}

it("removes the folders of runs that have ended some time ago, and no others", async () => {
  for (const status of ["completed", "failed", "cancelled"] as const)
    await folder(await run(status), 11 * MINUTE);
  const kept = [
    await folder(await run("completed"), 5 * MINUTE),
    await folder(await run("running"), 2 * DAY),
    await folder(await run("paused"), 30 * DAY),
  ];
  await sweepScratch(database.db, scratch);
  expect((await readdir(scratch)).sort()).toEqual(kept.sort());
});

it("removes the folder of a run that it does not know after a week, since another installation may", async () => {
  await folder(newId(), 8 * DAY);
  const kept = await folder(newId(), 6 * DAY);
  await sweepScratch(database.db, scratch);
  expect(await readdir(scratch)).toEqual([kept]);
});

it("does nothing where there is no such folder", async () => {
  await expect(sweepScratch(database.db, join(scratch, "none"))).resolves.toBeUndefined();
});
