import { spawnSync } from "node:child_process";
import { chmod, chown, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { closeDatabase, openDatabase } from "../db/client";
import { findEmbeddedPostgres } from "../db/embedded";
import { packageRoot } from "../lib/package-root";
import { isAlive } from "../lib/process-tree";
import { enqueueAdvance } from "../queue/enqueue";
import { makeProject, makeRun, scriptStep } from "../test/factories";
import {
  buildProduct,
  builtCli,
  childrenOf,
  emptyDataDir,
  endProductsAfterAll,
  endProductsAfterEach,
  freePort,
  health,
  kill,
  launch,
  listProcesses,
  type Product,
  startProduct,
} from "../test/product";
import { untilRun } from "../test/runs";

const NOBODY = 65_534;
const onRoot = process.getuid?.() === 0;

/** The tests look at processes through /proc, which only Linux has; what they check holds on every system. */
const onLinux = describe.skipIf(process.platform !== "linux");

onLinux("phaseboard while it runs", () => {
  endProductsAfterAll();
  const password = "correct horse battery";
  const secret = "a secret of this very test";
  let product: Product;

  beforeAll(async () => {
    buildProduct();
    const dataDir = await emptyDataDir();
    await mkdir(dataDir, { recursive: true });
    // A lock whose process id belongs to another program now must not hold it up.
    const lock = JSON.stringify({ pid: process.pid, started: "long ago" });
    await writeFile(join(dataDir, "phaseboard.lock"), lock);
    product = await startProduct({
      dataDir,
      env: {
        PHASEBOARD_ADMIN_EMAIL: "ada@example.com",
        PHASEBOARD_ADMIN_PASSWORD: password,
        NEXTAUTH_SECRET: secret,
        SOMEBODYS_TOKEN: "token of somebody",
        SSH_AUTH_SOCK: "/tmp/agent",
        PHASEBOARD_PASS_ON: "SSH_AUTH_SOCK",
        // Only the web process signs people in; a worker starts beside it all the same.
        PHASEBOARD_OIDC_ISSUER: "http://127.0.0.1:9",
        PHASEBOARD_OIDC_CLIENT_ID: "phaseboard",
        PHASEBOARD_OIDC_CLIENT_SECRET: "secret of the client",
        PHASEBOARD_PASSWORDS: "off",
      },
    });
  }, 600_000);

  it("gives each process only what it needs, and no superuser's address", async () => {
    const superuser = (await findEmbeddedPostgres(product.dataDir)) ?? "";
    const hidden = [
      password,
      secret,
      "postgres://",
      "token of somebody",
      "secret of the client",
      new URL(superuser).password,
    ];
    for (const part of ["dist/web.js", "dist/worker.js", "bin/postgres"]) {
      const environment = await readFile(`/proc/${await childOf(product, part)}/environ`, "utf8");
      for (const text of hidden) expect(environment, part).not.toContain(text);
      expect(environment.includes("SSH_AUTH_SOCK=/tmp/agent"), part).toBe(part !== "bin/postgres");
    }
    const db = openDatabase(superuser, { max: 1, name: "test" });
    const { rows: roles } = await db.execute<{ name: string; rolsuper: boolean }>(sql`
      select distinct application_name as name, rolsuper from pg_stat_activity
      join pg_roles on rolname = usename
      where application_name like 'phaseboard%' and application_name <> 'phaseboard test'`);
    await closeDatabase(db);
    expect(roles.map(({ name }) => name)).toEqual(expect.arrayContaining(["phaseboard web"]));
    expect(roles.filter(({ rolsuper }) => rolsuper)).toEqual([]);
  });

  it("has made the first account from the settings, and says no link then", async () => {
    expect(product.output()).not.toContain("/setup");
    const token = command(product, ["token", "create", "--email", "ada@example.com", "--name", "ci"]);
    expect(token.stdout).toMatch(/^pb_[0-9A-Za-z]+\n$/);
    const authorization = `Bearer ${token.stdout.trim()}`;
    const answer = await fetch(`${product.url}/api/projects`, { headers: { authorization } });
    expect(answer.status).toBe(200);
    const user = command(product, [
      ..."user create --email g@example.com --name G --password".split(" "),
      "long enough 1",
    ]);
    expect(user.status).toBe(0);
    const doctor = command(product, ["doctor"]);
    expect(doctor.stdout).toMatch(/^ok +workers +1 alive$/m);
    expect(doctor.stdout).toMatch(/^ok +runs +rows, jobs and workers agree$/m);
    expect(doctor.stdout).toMatch(/^ok +build +up to date$/m);
    expect(doctor.status).toBe(0);
  });

  it("refuses a second start on the same data folder and goes on", async () => {
    const second = await launch({ dataDir: product.dataDir });
    expect(await second.ended).toBe(1);
    expect(second.output()).toMatch(
      new RegExp(`^Phaseboard runs on .* already \\(process ${product.supervisor.pid}\\)\\. .*\n$`),
    );
    expect(await health(product)).toBe(200);
  });

  it("takes a worker that is started by itself, and none with another secret", async () => {
    const run = await startRunThatWaits(product.dataDir);
    await writeFile(run.release, "");
    await run.untilCompleted();
    const alone = (NEXTAUTH_SECRET: string) =>
      launch({ dataDir: product.dataDir, env: { NEXTAUTH_SECRET } }, ["worker"]);
    const stranger = await alone("the secret of another machine");
    expect(await stranger.ended).toBe(1);
    expect(stranger.output()).toMatch(/^NEXTAUTH_SECRET is another than [^\n]+\n$/);
    const worker = await alone(secret);
    await expect.poll(() => worker.output()).toContain("runs at a time");
    kill(worker.supervisor.pid ?? 0, "SIGTERM");
    expect(await worker.ended).toBe(0);
  });

  it("starts web, worker and database again when one of them is killed", async () => {
    for (const part of ["dist/worker.js", "dist/web.js", "bin/postgres"]) {
      await replace(product, part);
      await untilHealthy(product);
    }
  });

  it("drains by Ctrl-C also when npm passes the same signal on a moment later", async () => {
    const said = product.output().length;
    kill(product.supervisor.pid ?? 0, "SIGINT");
    kill(product.supervisor.pid ?? 0, "SIGINT");
    expect(await product.ended).toBe(0);
    expect(await listProcesses(product.dataDir)).toEqual([]);
    expect(product.output().slice(said)).not.toContain("ended by itself");
  });
});

onLinux("phaseboard start", () => {
  endProductsAfterEach();

  beforeAll(buildProduct, 600_000);

  it("serves from an empty data folder, prints the set-up link, and leaves nothing after SIGTERM", async () => {
    const dataDir = await emptyDataDir();
    const product = await startProduct({ dataDir });
    const link = /first account: (\S+)/.exec(product.output())?.[1] ?? "";
    expect(link).toContain(`${product.url}/setup?token=`);
    expect((await fetch(link)).status).toBe(200);
    expect(await (await fetch(`${product.url}/api/health`)).json()).toMatchObject({
      status: "ok",
      database: "ok",
      workers: 1,
      queue: { queued: 0, oldest_queued_at: null },
    });
    expect((await stat(join(dataDir, "secrets", "nextauth-secret"))).mode & 0o777).toBe(0o600);
    expect((await listProcesses(dataDir)).length).toBeGreaterThanOrEqual(4);
    // A stream that never ends must not delay the stop.
    const stream = await fetch(`${product.url}/api/health`);
    kill(product.supervisor.pid ?? 0, "SIGTERM");
    expect(await product.ended).toBe(0);
    expect(await listProcesses(dataDir)).toEqual([]);
    await stream.body?.cancel();

    const again = await startProduct({ dataDir });
    expect(/first account: (\S+)/.exec(again.output())?.[1]).toContain(new URL(link).search);
  });

  it("ends with npm start, which hands the signal to its shell", async () => {
    const dataDir = await emptyDataDir();
    const product = await startProduct({ dataDir, command: ["npm", "start"] });
    const environments = (await listProcesses(dataDir)).map((pid) =>
      readFile(`/proc/${pid}/environ`, "utf8"),
    );
    const worker = (await Promise.all(environments)).find((text) => text.includes("PHASEBOARD_HANDED=1"));
    const path = worker?.split("\0").find((entry) => entry.startsWith("PATH="));
    expect(path).toMatch(/^PATH=.*\/bin/);
    expect(path).not.toContain(join(packageRoot(), "node_modules", ".bin"));
    kill(product.supervisor.pid ?? 0, "SIGTERM");
    expect(await product.ended).toBe(0);
    expect(await listProcesses(dataDir)).toEqual([]);
  });

  it("stops at once when it is asked to while it starts", async () => {
    const dataDir = await emptyDataDir();
    const product = await launch({ dataDir });
    await expect.poll(() => childrenOf(product, "dist/web.js")).not.toEqual([]);
    kill(product.supervisor.pid ?? 0, "SIGTERM");
    const asked = performance.now();
    expect(await product.ended).toBe(0);
    expect(performance.now() - asked).toBeLessThan(15_000);
    expect(await listProcesses(dataDir)).toEqual([]);
  });

  it("outlives its supervisor's death, and then all of its processes' at once, with a run in flight", async () => {
    const dataDir = await emptyDataDir();
    const port = await freePort();
    const product = await startProduct({ dataDir, port });
    const children = [await childOf(product, "dist/web.js"), await childOf(product, "dist/worker.js")];
    kill(product.supervisor.pid ?? 0, "SIGKILL");
    await product.ended;
    await expect.poll(() => children.filter(isAlive)).toEqual([]);
    const again = await startProduct({ dataDir, port });
    expect(again.output()).toContain("Stopped a database that an earlier start had left running");
    expect(await health(again)).toBe(200);

    const run = await startRunThatWaits(dataDir);
    await expect.poll(() => exists(run.begun)).toBe(true);
    for (const pid of await listProcesses(dataDir)) kill(pid, "SIGKILL");
    await again.ended;
    await expect.poll(() => listProcesses(dataDir)).toEqual([]);
    await writeFile(run.release, "");
    await startProduct({ dataDir, port });
    await run.untilCompleted();
    const calls = await readFile(run.calls, "utf8");
    expect(calls.match(/first/g)).toHaveLength(1);
    expect(calls.match(/second/g)).toHaveLength(2);
  });

  it("stops the start with one line that names PORT where it is taken, and leaves nothing", async () => {
    const squatter = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => squatter.once("listening", resolve));
    const address = squatter.address();
    const port = typeof address === "object" && address ? address.port : 0;
    const dataDir = await emptyDataDir();
    const product = await launch({ dataDir, port });
    expect(await product.ended).toBe(1);
    expect(product.output()).toMatch(new RegExp(`^PORT ${port} is taken by another program\\. .*\n$`));
    expect(await listProcesses(dataDir)).toEqual([]);
    squatter.close();
  });

  it.each([
    [{ PORT: "http" }, /^PORT must be a whole number from 1 to 65535; it is "http"\n$/],
    [{ PHASEBOARD_ADMIN_EMAIL: "ada@example.com" }, /^PHASEBOARD_ADMIN_PASSWORD must be set .*\n$/],
    [
      {
        PHASEBOARD_OIDC_ISSUER: "http://127.0.0.1:9",
        PHASEBOARD_OIDC_CLIENT_ID: "phaseboard",
        PHASEBOARD_OIDC_CLIENT_SECRET: "secret of the client",
        PHASEBOARD_PASSWORDS: "off",
      },
      /^PHASEBOARD_PASSWORDS must be on until there is an account: .*\n$/,
    ],
    [{ DATABASE_URL: "postgres://nobody@127.0.0.1:1/none" }, /^The database that DATABASE_URL names .*\n$/],
    [{ HOST: "0.0.0.0" }, /^NEXTAUTH_URL must say the address .* HOST is 0\.0\.0\.0; .*\n$/],
    [{ HOST: "203.0.113.7" }, /^HOST 203\.0\.113\.7 is no address of this machine\. .*\n$/],
  ])(
    "stops the start with one line for %j",
    async (env, line) => {
      const product = await launch({ dataDir: await emptyDataDir(), env });
      expect(await product.ended).toBe(1);
      expect(product.output()).toMatch(line);
    },
    30_000,
  );

  it("makes accounts while nothing runs, and leaves nothing running", async () => {
    const dataDir = await emptyDataDir();
    const words = [
      ..."user create --admin --email a@example.com --name A --password".split(" "),
      "long enough 1",
    ];
    const made = await launch({ dataDir }, words);
    expect(await made.ended).toBe(0);
    expect(await listProcesses(dataDir)).toEqual([]);
    const product = await startProduct({ dataDir });
    expect(product.output()).not.toContain("/setup");
  });

  it.skipIf(!onRoot || !nobodyReaches(builtCli()))(
    "runs as an ordinary user",
    async () => {
      const dataDir = await emptyDataDir();
      await chmod(join(dataDir, ".."), 0o755);
      await mkdir(dataDir);
      await chown(dataDir, NOBODY, NOBODY);
      const through = ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"];
      const product = await startProduct({ dataDir, through, env: { HOME: dataDir } });
      expect(await health(product)).toBe(200);
      const database = await childOf(product, "bin/postgres");
      expect(await readFile(`/proc/${database}/status`, "utf8")).toMatch(/^Uid:\s+65534/m);
      kill(product.supervisor.pid ?? 0, "SIGTERM");
      expect(await product.ended).toBe(0);
      expect(await listProcesses(dataDir)).toEqual([]);
    },
    60_000,
  );
});

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** Other users cannot execute files of a clone below /root. */
function nobodyReaches(path: string): boolean {
  const ids = { uid: NOBODY, gid: NOBODY, cwd: "/" };
  return spawnSync("test", ["-r", path], ids).status === 0;
}

const untilHealthy = (product: Product) => expect.poll(() => health(product)).toBe(200);

async function childOf(product: Product, part: string): Promise<number> {
  const [pid] = await childrenOf(product, part);
  if (!pid) throw new Error(`no child runs ${part}:\n${product.output()}`);
  return pid;
}

/** Kills this child and waits until another has taken its place. */
async function replace(product: Product, part: string): Promise<void> {
  const before = await childOf(product, part);
  kill(before, "SIGKILL");
  const others = async () => (await childrenOf(product, part)).filter((pid) => pid !== before);
  await expect.poll(others).not.toEqual([]);
  expect(isAlive(before)).toBe(false);
}

/** A run of two steps whose second waits for a file. */
async function startRunThatWaits(dataDir: string) {
  const db = openDatabase((await findEmbeddedPostgres(dataDir)) ?? "", { max: 1, name: "test" });
  try {
    const wait = "echo second >> calls; touch begun; while [ ! -e release ]; do sleep 0.1; done";
    const steps = [scriptStep("first", "echo first >> calls"), scriptStep("second", wait)];
    const made = await makeProject(db, { steps });
    const { run } = await makeRun(db, made);
    await enqueueAdvance(db, run.id);
    const { path } = made.project;
    const untilCompleted = async () => {
      const later = openDatabase((await findEmbeddedPostgres(dataDir)) ?? "", { max: 1, name: "test" });
      await untilRun(later, run.id, "completed").finally(() => closeDatabase(later));
    };
    const file = (name: string) => join(path, name);
    return { calls: file("calls"), begun: file("begun"), release: file("release"), untilCompleted };
  } finally {
    await closeDatabase(db);
  }
}

function command(product: Product, words: string[]) {
  return spawnSync(process.execPath, [builtCli(), ...words], {
    env: { ...process.env, PHASEBOARD_DATA_DIR: product.dataDir, PORT: new URL(product.url).port },
    encoding: "utf8",
  });
}
