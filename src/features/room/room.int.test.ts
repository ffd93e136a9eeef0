import { existsSync } from "node:fs";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq, sql } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { workflowArtifacts } from "../../db/schema/comments";
import { projectRoom } from "../../db/schema/projects";
import { enqueueAdvance } from "../../queue/enqueue";
import { testDatabase } from "../../test/database";
import { approvalStep, type MadeProject, makeProject, makeRun, scriptStep } from "../../test/factories";
import { callerOf, makeAdmin } from "../../test/people";
import { readRun, untilRun } from "../../test/runs";
import { fillDisk, mountSmallDisk, NO_MOUNT, unmountAfterEach } from "../../test/small-disk";
import { runWorker, type Worker } from "../../worker/main";
import { countRoom } from "../../worker/presence/count-room";
import { beginUpload } from "../artifacts/commands/upload-artifact";

const database = testDatabase({ fresh: true });
unmountAfterEach();
let data: string;
let worker: Worker | null = null;

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), "phaseboard-data-"));
});
afterEach(async () => {
  await worker?.drain();
  worker = null;
  vi.unstubAllEnvs();
  await rm(data, { recursive: true, force: true });
});

const KB = 1024;

async function startWorker(dataDir = data) {
  worker = await runWorker({ databaseUrl: database.url, concurrency: 4, dataDir });
}

async function startRun(made: MadeProject): Promise<string> {
  const { run } = await makeRun(database.db, made);
  await enqueueAdvance(database.db, run.id);
  return run.id;
}

const waitOf = async ({ owner }: MadeProject, id: string) =>
  (await callerOf(database.db, owner).runs.get({ id })).waiting_for?.kind;

const roomOf = ({ owner, project }: MadeProject) =>
  callerOf(database.db, owner).room.ofProject({ project_id: project.id });

const upload = ({ owner }: MadeProject, run_id: string) =>
  beginUpload({ db: database.db, actor: owner }, run_id);

async function setQuota({ project }: MadeProject, quota_bytes: number | null): Promise<void> {
  const admin = callerOf(database.db, await makeAdmin(database.db, "Admin"));
  await admin.room.setQuota({ project_id: project.id, quota_bytes });
}

const logOf = async (run_id: string) =>
  (
    await database.db.execute<{ text: string }>(sql`
      select coalesce(string_agg(convert_from(c.bytes, 'UTF8'), '' order by c."offset"), '') as text
      from workflow_log_chunks c
      join workflow_run_step_attempts a on a.id = c.attempt_id
      join workflow_run_steps s on s.id = a.workflow_run_step_id
      where s.workflow_run_id = ${run_id} and c.type = 'events'`)
  ).rows[0]?.text ?? "";

const keeps = (kilobytes: number) =>
  scriptStep("keep", `head -c ${kilobytes * KB} /dev/urandom > "$PHASEBOARD_ARTIFACTS/kept.bin"`);

describe("a project's quota", () => {
  it("is counted as artifacts come, fails the step whose artifacts do not fit, and holds runs and uploads", async () => {
    const made = await makeProject(database.db, { steps: [keeps(700)] });
    await setQuota(made, 1_000 * KB);
    await startWorker();
    const first = await startRun(made);
    await untilRun(database.db, first, "completed");
    expect(await roomOf(made)).toMatchObject({ artifacts_bytes: 700 * KB, held_by: null });

    // There is room left, but not for all that this one makes.
    const second = await startRun(made);
    await untilRun(database.db, second, "failed");
    const { steps } = await readRun(database.db, second);
    expect(steps[0]?.error_message).toMatch(
      /^Artifacts were not kept\. The project takes all of the 1000 KB/,
    );
    expect(await logOf(second)).toContain("kept.bin was not kept: the project is over its quota");
    expect(await roomOf(made)).toMatchObject({ artifacts_bytes: 700 * KB });
    expect((await upload(made, first)).id).toBeTruthy();

    await setQuota(made, 600 * KB);
    await expect(upload(made, first)).rejects.toMatchObject({
      code: "INSUFFICIENT_STORAGE",
      message: expect.stringContaining("ask an administrator for a larger quota"),
    });
    const third = await startRun(made);
    await expect.poll(() => waitOf(made, third)).toBe("quota");
    expect(await roomOf(made)).toMatchObject({ held_by: "quota", quota_bytes: 600 * KB });
    expect((await readRun(database.db, third)).run.status).toBe("pending");

    // Whoever makes room has done enough: what waits begins by itself.
    const [kept] = await database.db.select({ id: workflowArtifacts.id }).from(workflowArtifacts);
    await callerOf(database.db, made.owner).artifacts.delete({ id: kept?.id ?? "" });
    await database.db
      .update(projectRoom)
      .set({ counted_at: sql`now() - interval '1 minute'` })
      .where(eq(projectRoom.project_id, made.project.id));
    await expect.poll(async () => (await roomOf(made)).artifacts_bytes, { timeout: 20_000 }).toBe(0);
    // It fits no more than before, and is let in.
    await untilRun(database.db, third, "failed");
  });

  it("is the installation's where the project has none, and 0 is no limit", async () => {
    const made = await makeProject(database.db);
    const { run } = await makeRun(database.db, made);
    await database.db.execute(sql`
      insert into installation (secret_fingerprint, project_quota_bytes) values ('none', 10)
      on conflict ("only") do update set project_quota_bytes = 10`);
    await database.db.insert(projectRoom).values({ project_id: made.project.id, logs_bytes: 11 });
    await expect(upload(made, run.id)).rejects.toMatchObject({ code: "INSUFFICIENT_STORAGE" });
    expect(await roomOf(made)).toMatchObject({ own_quota_bytes: null, quota_bytes: 10, taken_bytes: 11 });
    await setQuota(made, 0);
    expect(await roomOf(made)).toMatchObject({ own_quota_bytes: 0, quota_bytes: null, held_by: null });
    expect((await upload(made, run.id)).id).toBeTruthy();
    await setQuota(made, null);
    await expect(upload(made, run.id)).rejects.toMatchObject({ code: "INSUFFICIENT_STORAGE" });
    await database.db.execute(sql`update installation set project_quota_bytes = null`);
  });

  it("is set by administrators alone", async () => {
    const made = await makeProject(database.db);
    const set = callerOf(database.db, made.owner).room.setQuota({
      project_id: made.project.id,
      quota_bytes: 1,
    });
    await expect(set).rejects.toThrow("Only an administrator");
  });

  it("is counted anew from rows and folders, by one worker at a time", async () => {
    const made = await makeProject(database.db, { steps: [keeps(3)], workspace: "copy" });
    await writeFile(join(made.project.path, "a-file"), "copied");
    await startWorker();
    const id = await startRun(made);
    await untilRun(database.db, id, "completed");
    await database.db.execute(sql`update workflow_runs set log_bytes = 77 where id = ${id}`);
    await worker?.drain();
    worker = null;
    await database.db.execute(sql`update project_room set counted_at = now()`);
    const { project } = made;
    await database.db
      .insert(projectRoom)
      .values({ project_id: project.id, artifacts_bytes: 5 })
      .onConflictDoUpdate({ target: projectRoom.project_id, set: { artifacts_bytes: 5, counted_at: null } });
    const counted = await Promise.all(
      Array.from({ length: 4 }, () => countRoom(database.db, join(data, "workspaces"))),
    );
    expect(counted.filter((each) => each === project.id)).toHaveLength(1);
    const room = await roomOf(made);
    expect(room).toMatchObject({ artifacts_bytes: 3 * KB, logs_bytes: 77 });
    expect(room.workspaces_bytes).toBeGreaterThan(0);
  });
});

describe("a disk", () => {
  it("that is nearly full starts no run and takes no file, and what runs goes on", async ({ skip }) => {
    const disk = await mountSmallDisk(64);
    if (disk === null) return skip(NO_MOUNT);
    vi.stubEnv("PHASEBOARD_DATA_DIR", disk);
    const go = join(data, "go");
    const made = await makeProject(database.db, {
      path: data,
      steps: [scriptStep("wait", "until [ -e go ]; do sleep 0.1; done"), scriptStep("after", "echo on")],
    });
    await startWorker(disk);
    const running = await startRun(made);
    await untilRun(database.db, running, "running");
    const giveBack = await fillDisk(disk, 4 * KB * KB);
    const owner = callerOf(database.db, made.owner);
    await expect.poll(async () => (await owner.room.get()).status).toBe("low");
    expect((await owner.room.get()).disk).toBeNull();
    await expect.poll(async () => (await roomOf(made)).held_by, { timeout: 10_000 }).toBe("disk");
    const waiting = await startRun(made);
    await expect.poll(() => waitOf(made, waiting), { timeout: 10_000 }).toBe("disk");
    await expect(upload(made, running)).rejects.toMatchObject({ code: "INSUFFICIENT_STORAGE" });
    await writeFile(go, "");
    await untilRun(database.db, running, "completed");
    expect((await readRun(database.db, waiting)).run.status).toBe("pending");
    await giveBack();
    await untilRun(database.db, waiting, "completed");
    expect(await waitOf(made, waiting)).toBeUndefined();
  });

  it("of a project's folder elsewhere holds that project alone", async ({ skip }) => {
    const disk = await mountSmallDisk(32);
    if (disk === null) return skip(NO_MOUNT);
    const [there, here] = [await makeProject(database.db, { path: disk }), await makeProject(database.db)];
    await startWorker();
    const giveBack = await fillDisk(disk, KB * KB);
    await expect.poll(async () => (await roomOf(there)).held_by, { timeout: 10_000 }).toBe("disk");
    const [held, free] = [await startRun(there), await startRun(here)];
    await untilRun(database.db, free, "completed");
    expect(await waitOf(there, held)).toBe("disk");
    await expect(upload(there, held)).rejects.toMatchObject({ code: "INSUFFICIENT_STORAGE" });
    await giveBack();
    await untilRun(database.db, held, "completed");
  });

  it("that is full has the snapshot of a step's files wait, and a folder that is made anew", async ({
    skip,
  }) => {
    const disk = await mountSmallDisk(64);
    if (disk === null) return skip(NO_MOUNT);
    const made = await makeProject(database.db, {
      workspace: "copy",
      steps: [
        scriptStep(
          "make",
          "head -c 3000000 /dev/urandom > big.bin; until [ -e go ]; do sleep 0.1; done; rm go",
        ),
        approvalStep("look"),
        scriptStep("check", "wc -c < big.bin"),
      ],
    });
    await writeFile(join(made.project.path, "a-file"), "copied");
    await startWorker(disk);
    const id = await startRun(made);
    const files = join(disk, "workspaces", made.project.id, id, "files");
    await expect
      .poll(() =>
        stat(join(files, "big.bin")).then(
          ({ size }) => size,
          () => 0,
        ),
      )
      .toBe(3_000_000);
    let giveBack = await fillDisk(disk);
    await writeFile(join(files, "go"), "");
    await expect.poll(() => logOf(id), { timeout: 15_000 }).toContain("It waits until there is some");
    expect((await readRun(database.db, id)).steps[0]?.status).toBe("running");
    await giveBack();
    const waits = async () => (await readRun(database.db, id)).steps[1]?.waiting_for;
    await expect.poll(waits, { timeout: 15_000 }).toBe("approval");

    await rm(join(disk, "workspaces", made.project.id, id), { recursive: true });
    giveBack = await fillDisk(disk, 4 * KB * KB);
    const { steps } = await readRun(database.db, id);
    await callerOf(database.db, made.owner).steps.decide({ id: steps[1]?.id ?? "", decision: "approve" });
    const told = async () => (await logOf(id)).split("It waits until there is some").length;
    await expect.poll(told, { timeout: 15_000 }).toBe(3);
    await giveBack();
    await untilRun(database.db, id, "completed");
    expect(await logOf(id)).toContain("3000000");
  });

  it("that is full has a step's artifacts wait, and loses nothing", async ({ skip }) => {
    const disk = await mountSmallDisk(32);
    if (disk === null) return skip(NO_MOUNT);
    const make =
      'until [ -e go ]; do sleep 0.1; done; head -c 3000000 /dev/urandom > "$PHASEBOARD_ARTIFACTS/big.bin"';
    const made = await makeProject(database.db, { path: disk, steps: [scriptStep("make", make)] });
    await startWorker();
    const id = await startRun(made);
    await untilRun(database.db, id, "running");
    const giveBack = await fillDisk(disk);
    await writeFile(join(disk, "go"), "");
    await expect.poll(() => logOf(id), { timeout: 15_000 }).toContain("It waits until there is some");
    expect((await readRun(database.db, id)).run.status).toBe("running");
    await giveBack();
    await untilRun(database.db, id, "completed");
    const [artifact] = (await callerOf(database.db, made.owner).artifacts.list({ run_id: id })).items;
    expect(artifact).toMatchObject({ name: "big.bin", size_bytes: 3_000_000 });
    expect(existsSync(join(disk, artifact?.file_path ?? ""))).toBe(true);
  });
});
