import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, realpath } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { PersonActor } from "../../auth/actor";
import { waitFor } from "../../lib/wait-for";
import { testDatabase } from "../../test/database";
import { gitIn, gitProject } from "../../test/git-project";
import { callerOf, makeAdmin } from "../../test/people";

const database = testDatabase();
let ada: PersonActor;
let data: string;
let daemon: ChildProcess;
let address: string;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

beforeAll(async () => {
  ada = await makeAdmin(database.db, "Ada");
  const base = await realpath(await mkdtemp(join(tmpdir(), "phaseboard-fetch-")));
  data = join(base, "data");
  vi.stubEnv("PHASEBOARD_DATA_DIR", data);
  const served = join(base, "served");
  await mkdir(served);
  const source = await gitProject({
    "readme.md": "Site\n",
    ".agent/workflows/definitions/a.yaml":
      "name: A\nphases: [one]\nsteps: [{ id: a, type: script, run: 'true' }]\n",
  });
  await gitIn(served, "clone", "--quiet", "--bare", source, "site.git");
  const port = await freePort();
  const words = ["daemon", "--listen=127.0.0.1", `--port=${port}`, "--export-all", "--reuseaddr"];
  daemon = spawn("git", [...words, `--base-path=${served}`, served], { stdio: "ignore", detached: true });
  address = `git://127.0.0.1:${port}`;
  const answers = () => gitIn(base, "ls-remote", `${address}/site.git`).then(Boolean, () => false);
  expect(await waitFor(answers, 20_000)).toBe(true);
});
afterAll(() => {
  if (daemon.pid) process.kill(-daemon.pid, "SIGKILL");
  vi.unstubAllEnvs();
});

const api = () => callerOf(database.db, ada);

describe("a project from a git address", () => {
  it("is a clone with its definitions", async () => {
    const project = await api().projects.create({ name: "Site", git_url: `${address}/site.git` });
    expect(await gitIn(project.path, "log", "--format=%s")).toBe("first");
    expect(await gitIn(project.path, "remote", "get-url", "origin")).toBe(`${address}/site.git`);
    const { items } = await api().definitions.list({ project_id: project.id });
    expect(items.map(({ name }) => name)).toEqual(["A"]);
  });

  it("leaves nothing where there is no such repository, and says what git said", async () => {
    const before = await readdir(join(data, "projects"));
    const missing = api().projects.create({ name: "None", git_url: `${address}/none.git` });
    await expect(missing).rejects.toThrow(/could not be cloned.*none\.git/);
    expect(await readdir(join(data, "projects"))).toEqual(before);
    expect(await readdir(join(data, "incoming"))).toEqual([]);
  });

  it.each(["/etc", "file:///etc", "ext::sh -c touch% /tmp/x", "--upload-pack=touch /tmp/x", "nonsense"])(
    "refuses %s",
    async (git_url) => {
      await expect(api().projects.create({ name: "No", git_url })).rejects.toThrow(
        /must be an address such as/,
      );
    },
  );

  it("is not taken together with a folder", async () => {
    const both = api().projects.create({ name: "No", path: "/srv/site", git_url: `${address}/site.git` });
    await expect(both).rejects.toThrow(/together with path/);
  });
});
