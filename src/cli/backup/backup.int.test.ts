import { createHash, randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, realpath, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import postgres from "postgres";
import { afterEach, beforeEach, describe, expect, inject, it, vi } from "vitest";
import { HEAD } from "../../archive/format";
import { ArchiveWriter } from "../../archive/writer";
import { adoptSecret } from "../../auth/fingerprint";
import { closeDatabase, type Db, openDatabase } from "../../db/client";
import { createDefinition } from "../../features/definitions/commands/create-definition";
import { fireDue } from "../../features/triggers/scheduler";
import { folderOf } from "../../lib/stored-folder";
import { areFilesHeld, HOLD_FILES } from "../../storage/hold-files";
import { testDatabase } from "../../test/database";
import { type MadeProject, makeArtifact, makeProject, makeRun } from "../../test/factories";
import { callerOf } from "../../test/people";
import { readRun, untilRun } from "../../test/runs";
import { runWorker, type Worker } from "../../worker/main";
import { runBackup } from "./backup";
import { runRestore } from "./restore";

const database = testDatabase({ fresh: true });
const SECRET = "the secret of the old installation";
let folder = "";
let dataDir = "";
let elsewhere: { url: string; drop(): Promise<void> };
let worker: Worker | null = null;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "phaseboard-backup-")));
  dataDir = join(folder, "old");
  await mkdir(join(dataDir, "projects"), { recursive: true });
  vi.stubEnv("NEXTAUTH_SECRET", SECRET);
  settle(database.url, dataDir);
  elsewhere = await emptyDatabase();
});

afterEach(async () => {
  await worker?.drain();
  worker = null;
  vi.unstubAllEnvs();
  await elsewhere.drop();
  await rm(folder, { recursive: true, force: true });
});

function settle(url: string, dir: string): void {
  vi.stubEnv("DATABASE_URL", url);
  vi.stubEnv("PHASEBOARD_DATA_DIR", dir);
}

async function emptyDatabase() {
  const admin = postgres(inject("serverUrl"), { max: 1, onnotice: () => {} });
  const name = `${inject("templateName")}_restore_${randomBytes(3).toString("hex")}`;
  await admin`create database ${admin(name)}`;
  const url = new URL(inject("serverUrl"));
  url.pathname = name;
  const drop = async () => {
    await admin`drop database ${admin(name)} with (force)`;
    await admin.end({ timeout: 5 });
  };
  return { url: url.href, drop };
}

const work = async (dir: string, url: string) => {
  worker = await runWorker({ databaseUrl: url, concurrency: 4, dataDir: dir, drainMs: 500 });
};

async function onRestored<T>(use: (db: Db) => Promise<T>): Promise<T> {
  const db = openDatabase(elsewhere.url, { max: 4, name: "test" });
  return use(db).finally(() => closeDatabase(db));
}

/** The artifacts whose file is not there with its hash. */
async function listLost(db: Db): Promise<string[]> {
  const { rows } = await db.execute<{ file_path: string; sha256: string; path: string }>(sql`
    select a.file_path, a.sha256, p.path from workflow_artifacts a
    join workflow_run_steps s on s.id = a.workflow_run_step_id
    join workflow_runs r on r.id = s.workflow_run_id join projects p on p.id = r.project_id`);
  const lost = await Promise.all(
    rows.map(async ({ file_path, sha256, path }) => {
      const bytes = await readFile(join(folderOf(path), file_path)).catch(() => Buffer.alloc(0));
      return createHash("sha256").update(bytes).digest("hex") === sha256 ? [] : [file_path];
    }),
  );
  return lost.flat();
}

const NIGHTLY = `name: Nightly
phases: [work]
on: { schedule: [{ cron: "0 7 * * *" }] }
steps: [{ id: one, phase: work, type: script, run: "true" }]
`;
const SLOW = `name: Slow
phases: [work]
steps:
  - { id: first, phase: work, type: script, run: "echo first > made.txt" }
  - { id: second, phase: work, type: script, run: "test -e GO || sleep 120; cat made.txt" }
`;

const start = (made: MadeProject, workflow_definition_id: string) =>
  callerOf(database.db, made.owner).runs.create({
    project_id: made.project.id,
    workflow_definition_id,
    name: "R",
  });

async function makeBusy(made: MadeProject) {
  const caller = { db: database.db, actor: made.owner };
  const save = (source: string) =>
    createDefinition(caller, {
      project_id: made.project.id,
      source: source.replaceAll("GO", join(folder, "go")),
      type: "yaml",
    });
  const [nightly, slow] = [await save(NIGHTLY), await save(SLOW)];
  await callerOf(database.db, made.owner).secrets.set({
    project_id: made.project.id,
    name: "NPM_TOKEN",
    value: "12345678",
  });
  await adoptSecret(database.db, SECRET);
  const run = await start(made, slow.id);
  return { nightly, run };
}

describe("backup and restore", () => {
  it("moves an installation at work: rows, files and what is under way", async () => {
    const made = await makeProject(database.db, {
      path: join(dataDir, "projects", "site"),
      made_by_us: true,
      workspace: "copy",
    });
    const { path } = made.project;
    await mkdir(join(path, "src"), { recursive: true });
    await writeFile(join(path, "src", "tool.sh"), "#!/bin/sh\n", { mode: 0o755 });
    await writeFile(join(path, "large.bin"), randomBytes(3_000_000));
    await work(dataDir, database.url);
    const { nightly, run } = await makeBusy(made);
    await expect.poll(async () => (await readRun(database.db, run.id)).steps[1]?.status).toBe("running");
    const { run: busy, steps } = await makeRun(database.db, made);
    let isOver = false;
    const load = (async () => {
      for (let n = 0; !isOver; n++) {
        await makeArtifact(database.db, made, { run: busy, steps }, { content: `upload ${n} `.repeat(500) });
        if (n % 10 === 0) await start(made, nightly.id);
        await sleep(250);
      }
    })();
    const file = join(folder, "backup.tar.gz");
    await runBackup(file, { withoutSecret: false });
    isOver = true;
    await load;
    expect((await readdir(folder)).sort()).toEqual(["backup.tar.gz", "old"]);
    await worker?.drain();
    worker = null;
    await rename(dataDir, join(folder, "gone"));

    const target = join(folder, "new");
    settle(elsewhere.url, target);
    vi.stubEnv("NEXTAUTH_SECRET", "");
    await runRestore(file);
    await writeFile(join(folder, "go"), "");
    await onRestored(async (db) => {
      expect(await listLost(db)).toEqual([]);
      const { rows } = await db.execute<{ path: string }>(sql`select path from projects`);
      expect(rows).toEqual([{ path: "projects/site" }]);
      const { rows: record } = await db.execute(sql`
        select action, after ->> 'file' as file from audit_log where action like 'installation.%' order by created_at`);
      expect(record).toEqual([
        { action: "installation.backup", file },
        { action: "installation.restore", file },
      ]);
      expect(await readFile(join(target, "projects/site/large.bin"))).toEqual(
        await readFile(join(folder, "gone/projects/site/large.bin")),
      );
      expect((await readFile(join(target, "secrets/nextauth-secret"), "utf8")).trim()).toBe(SECRET);
      expect((await readRun(db, run.id)).steps[0]?.status).toBe("completed");
      await work(target, elsewhere.url);
      await untilRun(db, run.id, "completed");
      expect((await readRun(db, run.id)).steps[0]?.attempt).toBe(1);
      const before = await db.execute(sql`select 1 from workflow_runs where workflow_trigger_id is not null`);
      await db.execute(sql`update workflow_triggers set next_run_at = now() - interval '1 second'`);
      await fireDue(db);
      const after = await db.execute(sql`select 1 from workflow_runs where workflow_trigger_id is not null`);
      expect(after.rows.length).toBe(before.rows.length + 1);
    });
  });

  it("keeps the files of rows that are deleted while it reads, and leaves no file of a half backup", async () => {
    const made = await makeProject(database.db, {
      path: join(dataDir, "projects", "gone"),
      made_by_us: true,
    });
    await mkdir(made.project.path);
    const holder = postgres(database.url, { max: 1 });
    await holder.unsafe(HOLD_FILES);
    expect(await database.db.transaction(areFilesHeld)).toBe(true);
    await callerOf(database.db, made.owner).projects.delete({ id: made.project.id });
    expect(await readdir(join(dataDir, "projects"))).toContain("gone");
    await holder.end();
    expect(await database.db.transaction(areFilesHeld)).toBe(false);
    await expect(runBackup(join(folder, "no", "such.tar.gz"), { withoutSecret: true })).rejects.toThrow(
      /There is no folder/,
    );
    await expect(runBackup(folder, { withoutSecret: true })).rejects.toThrow(/is a folder/);
  });

  it("refuses what it cannot restore, and starts again after one that was broken off", async () => {
    const file = join(folder, "backup.tar.gz");
    await runBackup(file, { withoutSecret: true });
    const target = join(folder, "new");
    settle(elsewhere.url, target);

    const cut = join(folder, "cut.tar.gz");
    const bytes = await readFile(file);
    await writeFile(cut, bytes.subarray(0, bytes.length - 200));
    await expect(runRestore(cut)).rejects.toThrow(/cut off/);
    expect(await readdir(target)).toContain("restore-under-way");
    await runRestore(file);
    expect(await readdir(target)).not.toContain("restore-under-way");
    await expect(runRestore(file)).rejects.toThrow(/is not empty/);
    settle(elsewhere.url, join(folder, "third"));
    await expect(runRestore(file)).rejects.toThrow(/The database is not empty/);

    const newer = join(folder, "newer.tar.gz");
    const writer = new ArchiveWriter(createWriteStream(newer));
    const head = { kind: "backup", format: 1, version: "9.0.0", made_at: "", migrations: [9e12], tables: [] };
    await writer.add(HEAD, JSON.stringify({ ...head, with_secret: false, outside: [] }));
    await writer.finish();
    await expect(runRestore(newer)).rejects.toThrow(/newer version of Phaseboard \(9\.0\.0\)/);
    await expect(runRestore(join(folder, "none"))).rejects.toThrow(/There is no file/);
  });
});
