import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import { afterEach, expect, it } from "vitest";
import { workflowRuns } from "../db/schema/runs";
import { getProjectDisk } from "../features/projects/project-disk";
import { testDatabase } from "../test/database";
import { makeProject, makeRun } from "../test/factories";
import { checkWorkspaces } from "./check-workspaces";

const database = testDatabase();
const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function dataWith(project: string, runs: string[]): Promise<string> {
  const data = await mkdtemp(join(tmpdir(), "phaseboard-data-"));
  folders.push(data);
  for (const [at, id] of runs.entries()) {
    const files = join(data, "workspaces", project, id, "files");
    await mkdir(files, { recursive: true });
    await writeFile(join(files, "file"), Buffer.alloc((at + 1) * 100_000));
  }
  return data;
}

it("names folders of runs that ended long ago or that nobody knows, and no others", async () => {
  const made = await makeProject(database.db);
  const [open, ended, old] = [0, 1, 2].map(() => makeRun(database.db, made));
  const ids = (await Promise.all([open, ended, old])).map((each) => each?.run.id ?? "");
  const hours = (n: number) => new Date(Date.now() - n * 3_600_000).toISOString();
  for (const [id, completed_at] of [
    [ids[1], hours(30)],
    [ids[2], hours(60)],
  ] as const) {
    const ofRun = eq(workflowRuns.id, id ?? "");
    await database.db.update(workflowRuns).set({ status: "running" }).where(ofRun);
    await database.db.update(workflowRuns).set({ status: "completed", completed_at }).where(ofRun);
  }
  const data = await dataWith(made.project.id, [...ids, "nobody"]);
  const finding = await checkWorkspaces(database.db, data);
  expect(finding.verdict).toBe("warn");
  expect(finding.text).toMatch(/^2 folders of ended or unknown runs/);
  for (const [id, isNamed] of [
    [ids[0], false],
    [ids[1], false],
    [ids[2], true],
    ["nobody", true],
  ] as const)
    expect(finding.text.includes(`/${id}`), id).toBe(isNamed);
  expect(await checkWorkspaces(database.db, join(data, "none"))).toMatchObject({ verdict: "ok" });
});

it("counts what a project takes of the disk, the largest run first", async () => {
  const made = await makeProject(database.db);
  const runs = [await makeRun(database.db, made), await makeRun(database.db, made)];
  const [small, large] = runs.map(({ run }) => run.id);
  process.env.PHASEBOARD_DATA_DIR = await dataWith(made.project.id, [small ?? "", large ?? ""]);
  const disk = await getProjectDisk({ db: database.db, actor: made.owner }, made.project.id);
  expect(disk).toMatchObject({ artifacts_bytes: 0, workspaces_count: 2 });
  expect(disk.runs.map(({ id }) => id)).toEqual([large, small]);
  expect(disk.runs[0]?.bytes).toBeGreaterThan(190_000);
  expect(disk.workspaces_bytes).toBeGreaterThan(290_000);
});
