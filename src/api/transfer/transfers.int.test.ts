import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, realpath, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { promisify } from "node:util";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { storageDeletions } from "../../db/schema/storage";
import { runKey } from "../../engine/logs/paths";
import { MAX_ARTIFACT_BYTES } from "../../features/artifacts/limits";
import { type ApiProcess, endApisAfterEach, startApiProcess, tokenOf } from "../../test/api-server";
import { testDatabase } from "../../test/database";
import { type MadeProject, type MadeRun, makeProject, makeRun } from "../../test/factories";
import { END, field, file, fileHead, form, MULTIPART, send } from "../../test/multipart";
import { startObjectStore } from "../../test/object-store";
import { callerOf } from "../../test/people";

const database = testDatabase();
endApisAfterEach();

const run = promisify(execFile);
const STEP = field("step_id", "only");
const MB = 1024 * 1024;

interface Target extends MadeProject {
  run: MadeRun;
  headers: Record<string, string>;
}

async function makeTarget(path?: string): Promise<Target> {
  const made = await makeProject(database.db, path === undefined ? {} : { path });
  const token = await tokenOf(database, made.owner.user_id);
  return {
    ...made,
    run: await makeRun(database.db, made),
    headers: { authorization: `Bearer ${token}`, "content-type": MULTIPART },
  };
}

function uploadsOf({ url }: ApiProcess, target: Target): string {
  return `${url}/api/workflow-executions/${target.run.run.id}/artifacts`;
}

const artifactsOf = async (target: Target) =>
  (await callerOf(database.db, target.owner).artifacts.list({ run_id: target.run.run.id })).items;

async function filesOf({ project, run: { run } }: Target): Promise<string[]> {
  const folder = join(project.path, runKey(run.id));
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

const journalOf = async ({ project }: Target) =>
  database.db.select().from(storageDeletions).where(eq(storageDeletions.project_id, project.id));

function* formOf(megabytes: number): Generator<Buffer, void, undefined> {
  yield STEP;
  yield fileHead("large.bin");
  for (let sent = 0; sent < megabytes; sent++) yield Buffer.alloc(MB, sent);
  yield Buffer.concat([Buffer.from("\r\n"), END]);
}

describe("transfers of a server in a process of its own", () => {
  it("leave neither row nor file where the server is killed in the middle of an upload", async () => {
    const target = await makeTarget();
    const api = await startApiProcess(database);
    const outgoing = request(uploadsOf(api, target), { method: "POST", headers: target.headers });
    outgoing.on("error", () => {});
    outgoing.write(Buffer.concat([STEP, fileHead(), Buffer.alloc(3 * MB)]));
    await expect.poll(() => filesOf(target)).toHaveLength(1);
    const ended = once(api.child, "exit");
    api.child.kill("SIGKILL");
    await ended;
    expect(await filesOf(target)).toHaveLength(1);
    expect(await journalOf(target)).not.toEqual([]);

    const next = await startApiProcess(database);
    await expect.poll(() => filesOf(target)).toEqual([]);
    await expect.poll(() => journalOf(target)).toEqual([]);
    expect(await artifactsOf(target)).toEqual([]);
    expect((await send(uploadsOf(next, target), target.headers, form(STEP, file("next")))).status).toBe(201);
  });

  it("answer 507 where the disk is full, keep nothing, and go on once there is room", async ({ skip }) => {
    const base = await realpath(await mkdtemp(join(tmpdir(), "phaseboard-full-")));
    const disk = join(base, "disk");
    await mkdir(disk);
    const mounted = await run("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", disk]).catch(() => null);
    if (!mounted) {
      await rm(base, { recursive: true });
      skip("a small disk can be mounted by root alone, where mounting is allowed");
    }
    try {
      const path = join(disk, "project");
      await mkdir(path);
      const target = await makeTarget(path);
      const api = await startApiProcess(database);
      const { status, body } = await send(uploadsOf(api, target), target.headers, Readable.from(formOf(8)));
      expect([status, body.error.code]).toEqual([507, "INSUFFICIENT_STORAGE"]);
      expect(await filesOf(target)).toEqual([]);
      expect(await journalOf(target)).toEqual([]);
      expect(await artifactsOf(target)).toEqual([]);
      expect((await send(uploadsOf(api, target), target.headers, form(STEP, file("next")))).status).toBe(201);
    } finally {
      await run("umount", [disk]);
      await rm(base, { recursive: true });
    }
  });

  it("grow its memory by less than 48 MB: two uploads and two downloads of 100 MB at a time", async () => {
    const target = await makeTarget();
    const api = await startApiProcess(database, { PHASEBOARD_LOG_LEVEL: "error" });
    const upload = (megabytes: number) =>
      send(uploadsOf(api, target), target.headers, Readable.from(formOf(megabytes)));
    const download = async (id: string) => {
      const response = await fetch(`${api.url}/api/artifacts/${id}`, { headers: target.headers });
      let size = 0;
      for await (const piece of response.body ?? []) size += piece.length;
      return size;
    };
    // What is loaded and compiled at first use is no growth of a transfer.
    const { body } = await upload(20);
    await download(body.data.id);
    await api.peak();
    const idle = await api.peak();
    const [one, two] = await Promise.all([upload(100), upload(100)]);
    const uploading = await api.peak();
    expect([one.status, two.status]).toEqual([201, 201]);
    const sizes = await Promise.all([download(one.body.data.id), download(two.body.data.id)]);
    const downloading = await api.peak();
    expect(sizes).toEqual([MAX_ARTIFACT_BYTES, MAX_ARTIFACT_BYTES]);
    expect((uploading - idle) / MB).toBeLessThan(48);
    expect((downloading - idle) / MB).toBeLessThan(48);
  });

  it("go to and come from an object store, and leave nothing there of what was cut off", async () => {
    const store = await startObjectStore();
    try {
      const target = await makeTarget();
      const api = await startApiProcess(database, store.env);
      const large = await send(uploadsOf(api, target), target.headers, Readable.from(formOf(20)));
      const late = form(file("late", "late.txt"), STEP);
      const small = await send(uploadsOf(api, target), target.headers, late);
      expect([large.status, small.status]).toEqual([201, 201]);
      expect(await filesOf(target)).toEqual([]);
      const get = (id: string, headers = {}) =>
        fetch(`${api.url}/api/artifacts/${id}`, { headers: { ...target.headers, ...headers } });
      const [whole, range, text] = await Promise.all([
        get(large.body.data.id).then((response) => response.arrayBuffer()),
        get(large.body.data.id, { range: `bytes=${MB}-${MB + 2}` }).then((response) =>
          response.arrayBuffer(),
        ),
        get(small.body.data.id).then((response) => response.text()),
      ]);
      expect([whole.byteLength, [...new Uint8Array(range)], text]).toEqual([20 * MB, [1, 1, 1], "late"]);

      const tooMuch = await send(uploadsOf(api, target), target.headers, Readable.from(formOf(101)));
      expect(tooMuch.status).toBe(413);
      await expect.poll(() => journalOf(target)).toEqual([]);

      const gone = await fetch(`${api.url}/api/artifacts/${small.body.data.id}`, {
        method: "DELETE",
        headers: { authorization: target.headers.authorization ?? "" },
      });
      expect(gone.status).toBe(200);
      expect((await get(small.body.data.id)).status).toBe(404);
      expect(await store.keys()).toEqual([`${target.project.id}/${large.body.data.file_path}`]);
    } finally {
      await store.stop();
    }
  });
});
