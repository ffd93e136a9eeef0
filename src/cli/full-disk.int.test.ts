import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { appendFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { findEmbeddedPostgres } from "../db/embedded";
import { waitFor } from "../lib/wait-for";
import { field, file, form, MULTIPART, send } from "../test/multipart";
import {
  buildProduct,
  builtCli,
  endProductsAfterEach,
  health,
  launch,
  type Product,
  startProduct,
} from "../test/product";
import { fillDisk, keepDiskFull, mountSmallDisk, NO_MOUNT, unmountAfterEach } from "../test/small-disk";
import { ballastPath } from "./ballast";

unmountAfterEach();
endProductsAfterEach();
beforeAll(buildProduct, 600_000);

const MB = 1024 ** 2;
const DISK_MB = 320;
const WAIT = "until [ -e go ]; do sleep 0.1; done";

interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what the test expects of it.
  body: any;
}

class Installation {
  token = "";
  project = { id: "", path: "" };

  constructor(readonly product: Product) {}

  async ask(method: string, path: string, body?: object): Promise<Answer> {
    const answer = await fetch(`${this.product.url}/api${path}`, {
      method,
      headers: { authorization: `Bearer ${this.token}`, "content-type": "application/json" },
      signal: AbortSignal.timeout(20_000),
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return { status: answer.status, body: await answer.json().catch(() => null) };
  }

  async prepare(): Promise<void> {
    const made = this.command("token", "create", "--email", "ada@example.com", "--name", "test");
    this.token = made.trim().split("\n").at(-1) ?? "";
    this.project = (await this.ask("POST", "/projects", { name: "Full" })).body.data;
    const source = `name: Work\nphases: [a]\nworkspace: copy\nsteps:\n  - { id: only, phase: a, type: script, run: "echo done > made.txt" }\n`;
    const waits = `name: Waits\nphases: [a]\nworkspace: shared\nsteps:\n  - { id: wait, phase: a, type: script, run: "${WAIT}" }\n  - { id: after, phase: a, type: script, run: "echo after" }\n`;
    for (const text of [source, waits]) {
      const { status } = await this.ask("POST", "/workflows", { project_id: this.project.id, source: text });
      expect(status).toBe(201);
    }
  }

  command(...words: string[]): string {
    const { product } = this;
    const env = { ...process.env, PHASEBOARD_DATA_DIR: product.dataDir, PORT: new URL(product.url).port };
    return spawnSync(process.execPath, [builtCli(), ...words], { env, encoding: "utf8", timeout: 60_000 })
      .stdout;
  }

  async start(definition: string, name: string): Promise<string> {
    const given = { project_id: this.project.id, workflow_definition_id: definition, name, args: {} };
    const { status, body } = await this.ask("POST", "/workflow-executions", given);
    expect(status).toBe(201);
    return body.data.id;
  }

  run = async (id: string) => (await this.ask("GET", `/workflow-executions/${id}`)).body?.data;

  async until(id: string, status: string): Promise<void> {
    await expect.poll(async () => (await this.run(id))?.status, { timeout: 60_000 }).toBe(status);
  }

  upload(run_id: string, step: string) {
    const headers = { authorization: `Bearer ${this.token}`, "content-type": MULTIPART };
    const url = `${this.product.url}/api/workflow-executions/${run_id}/artifacts`;
    return send(url, headers, form(field("step_id", step), file("some content", "notes.txt")));
  }

  room = async () => (await this.ask("GET", "/health")).body?.room;
}

async function install(dataDir: string): Promise<Installation> {
  const env = {
    PHASEBOARD_ADMIN_EMAIL: "ada@example.com",
    PHASEBOARD_ADMIN_PASSWORD: "correct horse battery",
  };
  const installation = new Installation(await startProduct({ dataDir, env }));
  await installation.prepare();
  return installation;
}

describe("an installation on a small disk", () => {
  it("goes on below the low-water mark, starts nothing there, and begins by itself again", async ({
    skip,
  }) => {
    const disk = await mountSmallDisk(DISK_MB);
    if (disk === null) return skip(NO_MOUNT);
    const here = await install(join(disk, "data"));
    expect(await here.room()).toMatchObject({ status: "ok", low_water_bytes: (DISK_MB / 8) * MB });
    await expect.poll(() => existsSync(ballastPath(here.product.dataDir))).toBe(true);
    expect((await stat(ballastPath(here.product.dataDir))).blocks * 512).toBeGreaterThan(19 * MB);
    const first = await here.start("work", "first");
    await here.until(first, "completed");
    const running = await here.start("waits", "running");
    await here.until(running, "running");

    const giveBack = await fillDisk(disk, 30 * MB);
    await expect.poll(async () => (await here.room()).status).toBe("low");
    expect(await health(here.product)).toBe(200);
    // The workers look by themselves.
    const held = async () => (await here.ask("GET", `/projects/${here.project.id}/room`)).body.data.held_by;
    await expect.poll(held, { timeout: 10_000 }).toBe("disk");
    const waiting = await here.start("work", "waiting");
    await expect
      .poll(async () => (await here.run(waiting))?.waiting_for?.kind, { timeout: 10_000 })
      .toBe("disk");
    const refused = await here.upload(first, "only");
    expect([refused.status, refused.body.error.code]).toEqual([507, "INSUFFICIENT_STORAGE"]);
    expect(refused.body.error.message).toContain("make room");
    expect((await here.ask("POST", `/workflow-executions/${first}/comments`, { text: "still" })).status).toBe(
      201,
    );
    expect(here.command("doctor")).toMatch(/^warn +disk .*no run starts/m);
    await appendFile(join(here.project.path, "go"), "");
    await here.until(running, "completed");
    expect((await here.run(waiting)).status).toBe("pending");

    await giveBack();
    await here.until(waiting, "completed");
    expect((await here.upload(first, "only")).status).toBe(201);
    expect((await here.room()).status).toBe("ok");
  }, 180_000);

  it("answers 507 while the disk is full, comes back by itself, and has all that it said it took", async ({
    skip,
  }) => {
    const disk = await mountSmallDisk(DISK_MB);
    if (disk === null) return skip(NO_MOUNT);
    const here = await install(join(disk, "data"));
    await expect.poll(() => existsSync(ballastPath(here.product.dataDir))).toBe(true);
    const first = await here.start("work", "first");
    await here.until(first, "completed");
    const running = await here.start("waits", "running");
    await here.until(running, "running");

    const stop = keepDiskFull(disk);
    // What was kept for this is given up once the disk is full.
    await expect.poll(() => existsSync(ballastPath(here.product.dataDir)), { timeout: 20_000 }).toBe(false);
    await expect.poll(() => here.product.output()).toContain("are given up, so that the database goes on");
    const taken: string[] = [];
    const refused = new Set<number>();
    const text = "x".repeat(9_000);
    const write = async () => {
      const answer = await here
        .ask("POST", `/workflow-executions/${first}/comments`, { text: `${text}${taken.length}` })
        .catch(() => null);
      if (answer?.status === 201) taken.push(answer.body.data.id);
      else if (answer) refused.add(answer.status);
      if (answer?.status === 507) expect(answer.body.error.code).toBe("INSUFFICIENT_STORAGE");
    };
    await waitFor(async () => {
      await write();
      return refused.has(507);
    }, 60_000);
    expect([...refused]).toContain(507);
    await appendFile(join(here.project.path, "go"), "");
    for (let n = 0; n < 20; n++) await write();

    await stop();
    await expect.poll(() => health(here.product), { timeout: 60_000 }).toBe(200);
    // One whose answer was lost may have been taken too.
    const listed: string[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const page = await here.ask(
        "GET",
        `/workflow-executions/${first}/comments?limit=200${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
      );
      listed.push(...page.body.data.map(({ id }: { id: string }) => id));
      cursor = page.body.next_cursor;
    }
    expect(listed).toEqual(expect.arrayContaining(taken));
    await here.until(running, "completed");
    await here.until(await here.start("work", "afterwards"), "completed");
    expect((await here.upload(first, "only")).status).toBe(201);
    // And it is kept again for the next time.
    await expect.poll(() => existsSync(ballastPath(here.product.dataDir)), { timeout: 20_000 }).toBe(true);
    expect(here.command("doctor", "--free")).toMatch(/^ok +ballast +20 MB are free by it/m);
  }, 240_000);

  it("has its database start again once there is room, which a full disk had stopped", async ({ skip }) => {
    const disk = await mountSmallDisk(DISK_MB);
    if (disk === null) return skip(NO_MOUNT);
    const here = await install(join(disk, "data"));
    await expect.poll(() => existsSync(ballastPath(here.product.dataDir))).toBe(true);
    await rm(ballastPath(here.product.dataDir));
    const stop = keepDiskFull(disk);
    await expect.poll(async () => (await here.room())?.status, { timeout: 20_000 }).toBe("full");
    // As after a PANIC: its processes are gone, and it cannot write what it needs to start.
    const pid = spawnSync("pgrep", ["-f", join(here.product.dataDir, "postgres", "cluster")], {
      encoding: "utf8",
    });
    process.kill(Number(pid.stdout.split("\n")[0]), "SIGKILL");
    await expect
      .poll(() => here.product.output(), { timeout: 30_000 })
      .toContain("The database waits for room");
    await stop();
    await expect.poll(() => health(here.product), { timeout: 60_000 }).toBe(200);
    expect(here.product.output()).toContain("The database is back");
    expect(here.product.output().split("The database waits for room")).toHaveLength(2);
    expect(await findEmbeddedPostgres(here.product.dataDir)).not.toBeNull();
  }, 180_000);

  it("comes up on a full disk by what was kept for it", async ({ skip }) => {
    const disk = await mountSmallDisk(DISK_MB);
    if (disk === null) return skip(NO_MOUNT);
    const here = await install(join(disk, "data"));
    await expect.poll(() => existsSync(ballastPath(here.product.dataDir))).toBe(true);
    here.product.supervisor.kill("SIGTERM");
    expect(await here.product.ended).toBe(0);
    await fillDisk(disk);
    const again = await launch({ dataDir: here.product.dataDir });
    await expect.poll(() => again.output(), { timeout: 60_000 }).toContain("Phaseboard is ready");
    expect(again.output()).toContain("are given up, so that the database goes on");
  }, 180_000);
});
