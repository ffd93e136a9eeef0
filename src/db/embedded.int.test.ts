import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import {
  chmod,
  chown,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  unlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import postgres from "postgres";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isAlive } from "../lib/process-tree";
import { type EmbeddedPostgres, findEmbeddedPostgres, startEmbeddedPostgres } from "./embedded";
import { chooseAccount } from "./embedded-account";
import { findBinaries, linkLibraries } from "./embedded-binaries";
import { embeddedPaths, ensureCluster, makeFolders } from "./embedded-cluster";
import { endClusterProcesses, findPidFile, listClusterProcesses } from "./embedded-processes";

const onRoot = process.getuid?.() === 0;
const onLinux = process.platform === "linux";

describe("the embedded Postgres", () => {
  let folder = "";
  let dataDir = "";
  let running: EmbeddedPostgres[] = [];
  let said: string[] = [];
  let helpers: ChildProcess[] = [];

  beforeEach(async () => {
    // mktemp gives mode 0700: as root, the postmaster's user cannot enter it by itself.
    folder = await mkdtemp(join(tmpdir(), "phaseboard-embedded-"));
    dataDir = join(folder, "data");
    said = [];
  });

  afterEach(async () => {
    for (const server of running) await server.stop();
    for (const helper of helpers) helper.kill("SIGKILL");
    running = [];
    helpers = [];
    const left = await endClusterProcesses(paths().cluster);
    await rm(folder, { recursive: true, force: true });
    expect(left).toBe(0);
  });

  const paths = () => embeddedPaths(dataDir);

  async function start(): Promise<EmbeddedPostgres> {
    const server = await startEmbeddedPostgres({ dataDir, durable: false, log: (line) => said.push(line) });
    running.push(server);
    return server;
  }

  async function query<T>(url: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
    const sql = postgres(url, { max: 1, onnotice: () => {}, connect_timeout: 5 });
    return work(sql).finally(() => sql.end({ timeout: 2 }));
  }

  const writeRow = (url: string) =>
    query(url, async (sql) => {
      await sql`create table if not exists kept (n int)`;
      await sql`insert into kept values (1)`;
    });
  const countRows = (url: string) => query(url, async (sql) => (await sql`select 1 from kept`).length);

  /** Starts in a process of its own, which is then killed with -9: the postmaster is an orphan. */
  async function leaveOrphan(): Promise<number> {
    const script = `
      import { startEmbeddedPostgres } from "./src/db/embedded.ts";
      const server = await startEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)}, durable: false, log() {} });
      process.stdout.write("ready " + server.pid);
      setInterval(() => {}, 1000);`;
    const bundle = join(process.cwd(), "node_modules", `.phaseboard-orphan-${process.pid}.mjs`);
    const { build } = await import("esbuild");
    await build({
      stdin: { contents: script, resolveDir: process.cwd(), loader: "ts" },
      bundle: true,
      packages: "external",
      platform: "node",
      format: "esm",
      outfile: bundle,
      logLevel: "error",
    });
    const owner = spawn(process.execPath, [bundle], { stdio: ["ignore", "pipe", "inherit"] });
    const pid = await new Promise<number>((resolve, reject) => {
      owner.stdout.once("data", (bytes) => resolve(Number(String(bytes).split(" ")[1])));
      owner.once("exit", () => reject(new Error("the owner ended early")));
    });
    const ended = new Promise((resolve) => owner.once("exit", resolve));
    owner.kill("SIGKILL");
    await ended;
    await rm(bundle);
    return pid;
  }

  it("makes a cluster, serves on loopback alone, asks for its password, keeps what was written", async () => {
    const first = await start();
    await writeRow(first.url);
    expect(new URL(first.url).hostname).toBe("127.0.0.1");
    const settings = await query(
      first.url,
      (sql) => sql`
      select current_setting('listen_addresses') as addresses, current_setting('unix_socket_directories') as sockets`,
    );
    expect(settings[0]).toEqual({ addresses: "127.0.0.1", sockets: "" });
    const stranger = new URL(first.url);
    stranger.password = "guessed";
    await expect(query(stranger.href, (sql) => sql`select 1`)).rejects.toThrow(
      /password authentication failed/,
    );
    expect((await stat(paths().password)).mode & 0o777).toBe(0o600);
    expect((await stat(paths().secrets)).mode & 0o777).toBe(0o700);
    await first.stop();
    expect(isAlive(first.pid)).toBe(false);
    const second = await start();
    expect(await countRows(second.url)).toBe(1);
  });

  it.skipIf(!onRoot)(
    "as root, runs as somebody else, also below a folder that is closed to them",
    async () => {
      const server = await start();
      expect((await stat(folder)).mode & 0o077).toBe(0);
      const owner = (await stat(paths().cluster)).uid;
      expect(owner).not.toBe(0);
      const status = await readFile(`/proc/${server.pid}/status`, "utf8");
      expect(status).toMatch(new RegExp(`^Uid:\\s+${owner}\\s+${owner}\\s+${owner}`, "m"));
      expect(status).toMatch(/^Groups:\s*$/m);
    },
  );

  it.skipIf(!onRoot)("as root, also where its programs lie below a folder closed to that user", async () => {
    const binaries = await findBinaries(folder);
    await symlink(join(binaries.initdb, "..", ".."), join(folder, "native"));
    const closed = {
      ...binaries,
      initdb: join(folder, "native", "bin", "initdb"),
      postgres: join(folder, "native", "bin", "postgres"),
    };
    await makeFolders(paths());
    const account = await chooseAccount(closed, paths().home, paths().cluster);
    expect(account.command("x", []).program).toBe("setpriv");
    await ensureCluster(paths(), closed, account, { durable: false, log: () => {} });
    expect(await readFile(join(paths().cluster, "PG_VERSION"), "utf8")).toBe("18\n");
  });

  it.skipIf(!onRoot)(
    "as root, keeps to the owner of a cluster that is there, and takes over root's own",
    async () => {
      await (await start()).stop();
      spawnSync("chown", ["-R", "65534:65534", paths().cluster]);
      const second = await start();
      expect(await readFile(`/proc/${second.pid}/status`, "utf8")).toMatch(/^Uid:\s+65534/m);
      await second.stop();
      spawnSync("chown", ["-R", "0:0", paths().cluster]);
      const third = await start();
      expect((await stat(paths().cluster)).uid).not.toBe(0);
      expect(await query(third.url, (sql) => sql`select 1`)).toHaveLength(1);
    },
  );

  it.skipIf(!onRoot)("as root, whatever the umask, the folders it makes can be passed", async () => {
    await chmod(folder, 0o755);
    const before = process.umask(0o077);
    try {
      dataDir = join(dataDir, "deep", "data");
      const server = await start();
      for (const made of [dirname(dataDir), dataDir, paths().home]) {
        expect((await stat(made)).mode & 0o001).toBe(1);
      }
      // Nothing had to be lent to the postmaster for it.
      expect(await readFile(`/proc/${server.pid}/status`, "utf8")).toMatch(/^CapEff:\s+0+$/m);
    } finally {
      process.umask(before);
    }
  });

  it.skipIf(!onRoot)("says who must do what where a cluster belongs to another user", async () => {
    await (await start()).stop();
    await chmod(folder, 0o755);
    const seteuid = process.seteuid?.bind(process);
    const getuid = process.getuid;
    process.getuid = () => 65_534;
    seteuid?.(65_534);
    try {
      await expect(
        chooseAccount({ initdb: "", postgres: "", env: {} }, paths().home, paths().cluster),
      ).rejects.toThrow(/belongs to the user with id \d+ and this is the user with id 65534.*chown -R 65534/);
    } finally {
      seteuid?.(0);
      process.getuid = getuid;
    }
  });

  it.skipIf(!onLinux)("ends the postmaster that a killed supervisor left, and starts anew", async () => {
    const orphan = await leaveOrphan();
    expect(isAlive(orphan)).toBe(true);
    expect(await findEmbeddedPostgres(dataDir)).not.toBeNull();
    const server = await start();
    expect(server.pid).not.toBe(orphan);
    expect(await listClusterProcesses(paths().cluster)).not.toContain(orphan);
    expect(said.join()).toMatch(/earlier start had left running/);
  });

  it.skipIf(!onLinux)("ends an orphan whose postmaster.pid was removed, too", async () => {
    const orphan = await leaveOrphan();
    await rm(join(paths().cluster, "postmaster.pid"));
    await start();
    expect(await listClusterProcesses(paths().cluster)).not.toContain(orphan);
  });

  it("is not misled by a postmaster.pid whose id belongs to another program now", async () => {
    const server = await start();
    await writeRow(server.url);
    await server.stop();
    const other = spawn("sleep", ["60"], { stdio: "ignore", ...(await asOwner()) });
    helpers.push(other);
    await leavePidFile(other.pid ?? 0);
    expect(await findEmbeddedPostgres(dataDir)).toBeNull();
    const second = await start();
    expect(await countRows(second.url)).toBe(1);
    expect(isAlive(other.pid ?? 0)).toBe(true);
  });

  it("is not misled by a postmaster.pid whose process is gone", async () => {
    const server = await start();
    await server.stop();
    const gone = spawnSync(process.execPath, ["-e", ""]);
    await leavePidFile(gone.pid);
    await start();
  });

  it.skipIf(!onLinux)("is not misled by a postmaster that is a zombie", async () => {
    await (await start()).stop();
    // The shell's child ends at once and its parent never asks for it.
    const parent = spawn("/bin/sh", ["-c", "sleep 0 & echo $!; exec sleep 60"], {
      stdio: ["ignore", "pipe", "ignore"],
      ...(await asOwner()),
    });
    helpers.push(parent);
    const zombie = await new Promise<number>((resolve) =>
      parent.stdout.once("data", (bytes) => resolve(Number(bytes))),
    );
    const stat = () => readFile(`/proc/${zombie}/stat`, "utf8");
    await expect.poll(stat).toMatch(/ Z /);
    await leavePidFile(zombie);
    await start();
  });

  it("starts a postmaster again that was killed, on the same port, and pools reconnect", async () => {
    const server = await start();
    await writeRow(server.url);
    const sql = postgres(server.url, { max: 2, onnotice: () => {} });
    await sql`select 1`;
    const before = server.pid;
    process.kill(before, "SIGKILL");
    await expect.poll(() => server.pid).not.toBe(before);
    await expect.poll(async () => [...(await sql`select 1 from kept`)]).toHaveLength(1);
    expect((await findPidFile(paths().cluster))?.port).toBe(Number(new URL(server.url).port));
    await sql.end();
  });

  it("recovers all of it at the next start when supervisor and database were killed together", async () => {
    const orphan = await leaveOrphan();
    const url = await findEmbeddedPostgres(dataDir);
    await writeRow(url ?? "");
    for (const pid of await listClusterProcesses(paths().cluster)) process.kill(pid, "SIGKILL");
    const server = await start();
    expect(server.pid).not.toBe(orphan);
    expect(await countRows(server.url)).toBe(1);
  });

  it("gives each start a free port, so that many run beside each other", async () => {
    const first = await start();
    dataDir = join(folder, "other");
    const second = await start();
    expect(new URL(second.url).port).not.toBe(new URL(first.url).port);
    expect(await query(first.url, (sql) => sql`select 1`)).toHaveLength(1);
  });

  it("redoes a cluster whose initdb was cut short, and keeps what was there beside it", async () => {
    await mkdir(join(paths().cluster, "base"), { recursive: true });
    await writeFile(join(paths().cluster, "PG_VERSION"), "18\n");
    await mkdir(join(paths().home, "cluster.new-123", "global"), { recursive: true });
    const server = await start();
    expect(await query(server.url, (sql) => sql`select 1`)).toHaveLength(1);
    expect(said.join()).toMatch(/never completed; it is kept as/);
    const names = await readdir(paths().home);
    expect(names.filter((name) => name.startsWith("cluster.new-"))).toEqual([]);
    expect(names.some((name) => name.startsWith("cluster.incomplete-"))).toBe(true);
  });

  it("says so where the cluster is of another version of PostgreSQL, and leaves it alone", async () => {
    await (await start()).stop();
    running = [];
    await writeFile(join(paths().cluster, "PG_VERSION"), "15\n");
    await expect(start()).rejects.toThrow(/is of PostgreSQL 15 and this Phaseboard brings PostgreSQL 18/);
    expect(await readFile(join(paths().cluster, "PG_VERSION"), "utf8")).toBe("15\n");
  });

  it("makes a new password where its file was lost", async () => {
    const server = await start();
    await writeRow(server.url);
    await server.stop();
    await rm(paths().password);
    const second = await start();
    expect(second.url).not.toBe(server.url);
    expect(await countRows(second.url)).toBe(1);
  });

  it("links its libraries where the install script did not run, elsewhere if they cannot be written", async () => {
    const native = join(dataDir, "package", "native");
    await mkdir(join(native, "lib"), { recursive: true });
    await writeFile(join(native, "lib", "libx.so.1.2"), "x");
    await writeFile(
      join(native, "pg-symlinks.json"),
      JSON.stringify([{ source: "native/lib/libx.so.1.2", target: "native/lib/libx.so.1" }]),
    );
    const scratch = join(dataDir, "scratch");
    expect(await linkLibraries(native, scratch)).toEqual({});
    expect(await readFile(join(native, "lib", "libx.so.1"), "utf8")).toBe("x");
    expect(await linkLibraries(native, scratch)).toEqual({});
    await unlink(join(native, "lib", "libx.so.1"));
    const denied = () => Promise.reject(Object.assign(new Error("read-only"), { code: "EROFS" }));
    const readOnly = (source: string, target: string) =>
      target.startsWith(native) ? denied() : symlink(source, target);
    const env = await linkLibraries(native, scratch, readOnly);
    expect(env.LD_LIBRARY_PATH).toBe(join(scratch, "lib"));
    expect(await readFile(join(scratch, "lib", "libx.so.1"), "utf8")).toBe("x");
  });

  it("says what Postgres said where it does not start, and where its log is", async () => {
    await (await start()).stop();
    running = [];
    await copyFile(join(paths().cluster, "PG_VERSION"), join(paths().cluster, "postgresql.conf"));
    await expect(start()).rejects.toThrow(/did not start: .*syntax error.*postgres\.log/);
  });

  /** Postgres asks after a process of its own user alone; another's it takes for none. */
  async function asOwner(): Promise<{ uid?: number; gid?: number; cwd: string }> {
    const { uid, gid } = await stat(paths().cluster);
    return onRoot ? { uid, gid, cwd: "/" } : { cwd: "/" };
  }

  /** A pid file as Postgres writes it, which says that it serves. */
  async function leavePidFile(pid: number): Promise<void> {
    const file = join(paths().cluster, "postmaster.pid");
    const started = Math.floor(Date.now() / 1000);
    const lines = [
      pid,
      paths().cluster,
      started,
      54_321,
      "",
      "127.0.0.1",
      "  1234567         1",
      "ready   ",
      "",
    ];
    await writeFile(file, lines.join("\n"), { mode: 0o600 });
    const owner = await stat(paths().cluster);
    if (onRoot) await chown(file, owner.uid, owner.gid);
  }
});
