import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { eq, sql } from "drizzle-orm";
import { afterAll, describe, expect, it } from "vitest";
import { workflowArtifacts, workflowComments } from "../db/schema/comments";
import { idempotencyKeys } from "../db/schema/idempotency";
import { workflowRuns } from "../db/schema/runs";
import { storageDeletions } from "../db/schema/storage";
import { logKey, runKey } from "../engine/logs/paths";
import { hostIdentity } from "../lib/host";
import { newId } from "../lib/ids";
import { testDatabase } from "../test/database";
import { type MadeProject, makeArtifact, makeProject, makeRun } from "../test/factories";
import { startObjectStore } from "../test/object-store";
import { callerOf } from "../test/people";
import { emptyDataDir, endProductsAfterEach } from "../test/product";
import { keepFile, noteFile } from "./noted-files";
import { openStorage } from "./open-storage";
import { deleteNoted, sweep } from "./sweep";

const database = testDatabase({ fresh: true });
endProductsAfterEach();

const settings = { ...process.env };
afterAll(() => {
  process.env = settings;
});

const caller = ({ owner }: MadeProject) => callerOf(database.db, owner);
const inFolder = ({ project }: MadeProject, key: string) => existsSync(join(project.path, key));
const isJournalEmpty = async () => (await database.db.select().from(storageDeletions)).length === 0;

/** A run that has ended, with a comment, an attached artifact, a loose one, and a log. */
async function makeFullRun(made: MadeProject) {
  const { db } = database;
  const run = await makeRun(db, made);
  await caller(made).runs.cancel({ id: run.run.id });
  const comment = await caller(made).comments.create({ run_id: run.run.id, text: "Look" });
  const attached = await makeArtifact(db, made, run, { workflow_comment_id: comment.id });
  const loose = await makeArtifact(db, made, run);
  const log = logKey(run.run.id, "only", 1, "events");
  await openStorage(made.project).put(log, "{}\n");
  return { ...run, id: run.run.id, comment, attached, loose, log };
}

type FullRun = Awaited<ReturnType<typeof makeFullRun>>;

async function rowsOf({ id, steps: [step] }: FullRun): Promise<number[]> {
  const { db } = database;
  const counts = await Promise.all([
    db.$count(workflowRuns, eq(workflowRuns.id, id)),
    db.$count(workflowComments, eq(workflowComments.workflow_run_id, id)),
    db.$count(workflowArtifacts, eq(workflowArtifacts.workflow_run_step_id, step?.id ?? "")),
  ]);
  return counts;
}

describe("what goes with its owner, rows and files", () => {
  it("an artifact: its file", async () => {
    const made = await makeProject(database.db);
    const { attached, loose } = await makeFullRun(made);
    await caller(made).artifacts.delete({ id: attached.id });
    expect([inFolder(made, attached.file_path), inFolder(made, loose.file_path)]).toEqual([false, true]);
    await expect(caller(made).artifacts.get({ id: attached.id })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    expect(await isJournalEmpty()).toBe(true);
  });

  it("a comment: nothing, its artifacts stay, detached", async () => {
    const made = await makeProject(database.db);
    const { comment, attached } = await makeFullRun(made);
    await caller(made).comments.delete({ id: comment.id });
    expect(await caller(made).artifacts.get({ id: attached.id })).toMatchObject({
      workflow_comment_id: null,
    });
    expect(inFolder(made, attached.file_path)).toBe(true);
  });

  it("a run: all that is in it, and nothing of another", async () => {
    const made = await makeProject(database.db);
    const [run, other] = [await makeFullRun(made), await makeFullRun(made)];
    await caller(made).runs.delete({ id: run.id });
    expect(await rowsOf(run)).toEqual([0, 0, 0]);
    expect(inFolder(made, runKey(run.id))).toBe(false);
    expect((await rowsOf(other)).map((count) => count > 0)).toEqual([true, true, true]);
    expect([inFolder(made, other.loose.file_path), inFolder(made, other.log)]).toEqual([true, true]);
    expect(await isJournalEmpty()).toBe(true);
  });

  it("a definition, when told to cascade: its runs", async () => {
    const made = await makeProject(database.db);
    const runs = [await makeFullRun(made), await makeFullRun(made)];
    const id = made.definition.id;
    await expect(caller(made).definitions.delete({ id })).rejects.toMatchObject({ code: "CONFLICT" });
    expect(inFolder(made, runs[0]?.log ?? "")).toBe(true);
    await caller(made).definitions.delete({ id, cascade: true });
    for (const run of runs) {
      expect(await rowsOf(run)).toEqual([0, 0, 0]);
      expect(inFolder(made, runKey(run.id))).toBe(false);
    }
    expect(await isJournalEmpty()).toBe(true);
  });

  it("a project in a folder that somebody chose: its runs' files and none of theirs", async () => {
    const made = await makeProject(database.db);
    const theirs = [
      "README.md",
      ".agent/workflows/definitions/work.yaml",
      ".agent/workflows/executions/notes.txt",
    ];
    const run = await makeFullRun(made);
    for (const name of theirs) {
      await mkdir(dirname(join(made.project.path, name)), { recursive: true });
      await writeFile(join(made.project.path, name), "theirs");
    }
    await caller(made).projects.delete({ id: made.project.id });
    expect(await rowsOf(run)).toEqual([0, 0, 0]);
    expect(inFolder(made, runKey(run.id))).toBe(false);
    for (const name of theirs) expect(inFolder(made, name)).toBe(true);
    expect(await isJournalEmpty()).toBe(true);
  });

  it("a project in a folder of our making: the folder, unless another project has it by then", async () => {
    process.env.PHASEBOARD_DATA_DIR = await emptyDataDir();
    const folder = join(process.env.PHASEBOARD_DATA_DIR, "projects/site");
    await mkdir(folder, { recursive: true });
    const made = await makeProject(database.db, { path: folder, made_by_us: true });
    await makeFullRun(made);
    await caller(made).projects.delete({ id: made.project.id });
    expect(existsSync(folder)).toBe(false);

    await mkdir(folder, { recursive: true });
    const next = await makeProject(database.db, { path: folder, made_by_us: true });
    const { log } = await makeFullRun(next);
    // As if the first one's deletion had been cut off and came late.
    await database.db.insert(storageDeletions).values({
      project_id: made.project.id,
      project_path: folder,
      key: "",
      is_prefix: true,
      made_by_us: true,
    });
    await sweep(database.db);
    expect(inFolder(next, log)).toBe(true);
    expect(await isJournalEmpty()).toBe(true);
  });

  it("in an object store: its objects", async () => {
    const store = await startObjectStore();
    try {
      Object.assign(process.env, store.env);
      const made = await makeProject(database.db);
      const other = await makeFullRun(await makeProject(database.db));
      const [run, second] = [await makeFullRun(made), await makeFullRun(made)];
      const keys = async () => (await store.keys()).filter((key) => key.startsWith(made.project.id));
      expect(await keys()).toHaveLength(6);
      await caller(made).runs.delete({ id: run.id });
      expect((await keys()).every((key) => key.includes(second.id))).toBe(true);
      expect(await keys()).toHaveLength(3);
      await caller(made).projects.delete({ id: made.project.id });
      expect(await keys()).toEqual([]);
      expect((await store.keys()).every((key) => key.includes(other.id))).toBe(true);
      expect(await store.keys()).toHaveLength(3);
      expect(await isJournalEmpty()).toBe(true);
    } finally {
      for (const name of Object.keys(store.env)) delete process.env[name];
      await store.stop();
    }
  });
});

describe("the journal of files", () => {
  it("finishes a deletion that was cut off after its commit", async () => {
    const made = await makeProject(database.db);
    const { log, id } = await makeFullRun(made);
    await database.db.insert(storageDeletions).values({
      project_id: made.project.id,
      project_path: made.project.path,
      key: runKey(id),
      is_prefix: true,
    });
    expect(inFolder(made, log)).toBe(true);
    expect(await sweep(database.db)).toBe(1);
    expect(inFolder(made, log)).toBe(false);
  });

  it("leaves alone what a living process writes, takes what a dead one wrote, and what is overdue", async () => {
    const made = await makeProject(database.db);
    const storage = openStorage(made.project);
    const [living, dead, overdue] = ["a/living", "a/dead", "a/overdue"] as const;
    for (const key of [living, dead, overdue]) await storage.put(key, "x");
    const kept = await noteFile(database.db, made.project, living);
    const late = await noteFile(database.db, made.project, overdue);
    const owner = { project_id: made.project.id, project_path: made.project.path };
    const writer = { host: hostIdentity(), pid: process.pid, process_started: "another time" };
    const due_at = sql`now() + interval '1 hour'`;
    await database.db.insert(storageDeletions).values({ ...owner, key: dead, due_at, ...writer });
    await database.db
      .update(storageDeletions)
      .set({ due_at: sql`now() - interval '1 second'` })
      .where(eq(storageDeletions.id, late.id));
    expect(await sweep(database.db)).toBe(2);
    expect([living, dead, overdue].map((key) => inFolder(made, key))).toEqual([true, false, false]);
    const keep = (file: typeof late) => database.db.transaction((tx) => keepFile(tx, file));
    await expect(keep(late)).rejects.toMatchObject({ code: "CONFLICT" });
    await keep(kept);
    expect(await sweep(database.db)).toBe(0);
    expect(inFolder(made, living)).toBe(true);
  });

  it("does not wait for a row that is being made, nor take its file", async () => {
    const made = await makeProject(database.db);
    await openStorage(made.project).put("a/file", "x");
    const noted = await noteFile(database.db, made.project, "a/file");
    await database.db.transaction(async (tx) => {
      await keepFile(tx, noted);
      await deleteNoted(database.db, [noted.id]);
    });
    expect(inFolder(made, "a/file")).toBe(true);
    expect(await isJournalEmpty()).toBe(true);
  });

  it.each([
    ["a file", { key: "a/file", is_prefix: false }],
    ["all of a run", { key: "a", is_prefix: true }],
  ])("tries again to delete %s where a folder is away, and holds up nothing else", async (_, noted) => {
    const away = await makeProject(database.db);
    const made = await makeProject(database.db);
    await openStorage(made.project).put("a/file", "x");
    await rm(away.project.path, { recursive: true });
    for (const { project } of [away, made]) {
      await database.db
        .insert(storageDeletions)
        .values({ project_id: project.id, project_path: project.path, ...noted });
    }
    expect(await sweep(database.db)).toBe(1);
    expect(inFolder(made, "a/file")).toBe(false);
    const [left] = await database.db.select().from(storageDeletions);
    expect(left?.project_id).toBe(away.project.id);
    expect(Date.parse(left?.due_at ?? "")).toBeGreaterThan(Date.now());
    await database.db.update(storageDeletions).set({
      created_at: sql`now() - interval '8 days'`,
      due_at: sql`now()`,
    });
    expect(await sweep(database.db)).toBe(1);
  });

  it("forgets remembered results after a day", async () => {
    const { owner } = await makeProject(database.db);
    const row = { user_id: owner.user_id, fingerprint: "f", result: Buffer.from("x") };
    await database.db.insert(idempotencyKeys).values([
      { ...row, key: newId() },
      { ...row, key: "old", created_at: sql`now() - interval '25 hours'` },
    ]);
    await sweep(database.db);
    const left = await database.db.select().from(idempotencyKeys);
    expect(left.map(({ key }) => key)).not.toContain("old");
    expect(left).toHaveLength(1);
  });
});
