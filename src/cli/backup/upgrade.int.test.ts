import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { mkdtemp, readFile, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { readMigrationFiles } from "drizzle-orm/migrator";
import { Client } from "pg";
import postgres from "postgres";
import { afterEach, beforeEach, describe, expect, inject, it, vi } from "vitest";
import { gather, readArchive } from "../../archive/reader";
import { findTokenActor } from "../../auth/tokens";
import { closeDatabase, type Db, openDatabase } from "../../db/client";
import { isSchemaCurrent, migrate } from "../../db/migrate";
import { openSecret, secretsKeyOf } from "../../features/secrets/sealing";
import { openSigningSecret } from "../../features/triggers/signing-secret";
import { packageRoot } from "../../lib/package-root";
import { folderOf } from "../../lib/stored-folder";
import { migrateQueue } from "../../queue/migrate";
import { bundleProgram } from "../../test/bundle";
import { callerOf } from "../../test/people";
import { untilRun } from "../../test/runs";
import { OLD_INSTALLATION, OLD_SECRET_VALUE, OLD_TOKEN } from "../../test/upgrade/old-installation";
import { runWorker } from "../../worker/main";
import { parseHead } from "./head";
import { RowLoader } from "./load-rows";
import { runRestore } from "./restore";

const KILLS = 10;
let url = "";
let drop: () => Promise<void>;
let folder = "";

beforeEach(async () => {
  const admin = postgres(inject("serverUrl"), { max: 1, onnotice: () => {} });
  const name = `${inject("templateName")}_upgrade_${randomBytes(3).toString("hex")}`;
  await admin`create database ${admin(name)}`;
  const address = new URL(inject("serverUrl"));
  address.pathname = name;
  url = address.href;
  drop = async () => {
    await admin`drop database ${admin(name)} with (force)`;
    await admin.end({ timeout: 5 });
  };
  folder = await realpath(await mkdtemp(join(tmpdir(), "phaseboard-upgrade-")));
  vi.stubEnv("DATABASE_URL", url);
  vi.stubEnv("PHASEBOARD_DATA_DIR", join(folder, "data"));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await drop();
  await rm(folder, { recursive: true, force: true });
});

async function using<T>(work: (db: Db) => Promise<T>): Promise<T> {
  const db = openDatabase(url, { max: 2, name: "test" });
  return work(db).finally(() => closeDatabase(db));
}

/** The old installation's rows in the schema that it had. */
async function layRows(): Promise<number[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const reading = readArchive(createReadStream(OLD_INSTALLATION));
    const first = await reading.next();
    if (first.done) throw new Error("the fixture is empty");
    const head = parseHead(await gather(first.value.content, 1e6));
    await migrate(url, { queue: migrateQueue, only: head.migrations });
    const loader = new RowLoader(client, head);
    await loader.begin();
    for await (const { name, content } of reading) {
      const [top, table = ""] = name.split("/");
      if (top === "rows") await loader.load(table, content);
    }
    await loader.finish();
    return head.migrations;
  } finally {
    await client.end();
  }
}

describe("an installation of an earlier version", () => {
  it("comes up with its runs, logs, artifacts, secrets, token and schedule, and goes on", async () => {
    await runRestore(OLD_INSTALLATION);
    await using(async (db) => {
      const { rows: runs } = await db.execute<{ id: string; name: string; status: string }>(
        sql`select id, name, status from workflow_runs order by number`,
      );
      expect(runs.map(({ name, status }) => `${name} ${status}`)).toEqual([
        "Waits running",
        "Done completed",
        "Fails failed",
      ]);
      const actor = await findTokenActor(db, OLD_TOKEN);
      expect(actor?.email).toBe("ada@example.com");
      if (!actor) return;
      const { rows: triggers } = await db.execute<{
        id: string;
        kind: string;
        next: boolean;
        secret: Buffer;
      }>(
        sql`select id, kind, next_run_at is not null as next, secret from workflow_triggers where enabled order by kind`,
      );
      expect(triggers.map(({ kind, next }) => [kind, next])).toEqual([
        ["schedule", true],
        ["webhook", false],
      ]);
      const secret = (await readFile(join(folder, "data/secrets/nextauth-secret"), "utf8")).trim();
      const [hook] = triggers.slice(1);
      expect(openSigningSecret(secret, hook?.id ?? "", hook?.secret ?? Buffer.alloc(0))).toMatch(/^whsec_/);
      const { rows: secrets } = await db.execute<{ project_id: string; name: string; sealed: Buffer }>(
        sql`select project_id, name, sealed from project_secrets`,
      );
      expect(secrets.map((row) => openSecret(secretsKeyOf(secret), row))).toEqual([OLD_SECRET_VALUE]);
      const { rows: artifacts } = await db.execute<{
        name: string;
        file_path: string;
        sha256: string;
        path: string;
      }>(
        sql`select a.name, a.file_path, a.sha256, p.path from workflow_artifacts a, projects p order by a.name`,
      );
      expect(artifacts.map(({ name }) => name)).toEqual(["dist/site.txt", "dist/site.txt", "note.txt"]);
      for (const { path, file_path, sha256 } of artifacts) {
        const bytes = await readFile(join(folderOf(path), file_path));
        expect(createHash("sha256").update(bytes).digest("hex")).toBe(sha256);
      }
      const [waits, done] = runs;
      const records = join(folderOf(artifacts[0]?.path ?? ""), ".agent/workflows/executions", done?.id ?? "");
      expect(await readFile(join(records, "logs/build/1/events.jsonl"), "utf8")).toContain("building");

      const worker = await runWorker({ databaseUrl: url, concurrency: 2, dataDir: join(folder, "data") });
      try {
        await callerOf(db, actor).reviews.submit({ run_id: waits?.id ?? "", decision: "approve" });
        await untilRun(db, waits?.id ?? "", "completed");
      } finally {
        await worker.drain();
      }
    });
  });

  it("comes up at the next start where its upgrade is killed, ten times at ten points", async () => {
    const applied = await layRows();
    const program = await bundleProgram(
      "src/test/migrate-entry.ts",
      `node_modules/.cache/phaseboard-test/migrate-${process.pid}.mjs`,
      { whole: true },
    );
    const files = readMigrationFiles({ migrationsFolder: join(packageRoot(), "drizzle") });
    const coming = files.filter(({ folderMillis }) => !applied.includes(folderMillis));
    const statements = coming.reduce((sum, { sql: own }) => sum + own.length, 0);
    expect(statements).toBeGreaterThan(KILLS * 3);
    for (let kill = 0; kill < KILLS; kill++) {
      // What is committed stays, so each process comes a tenth further than the one before it.
      const name = kill % 2 ? "migrate:commit" : "migrate:statement";
      const child = spawn(process.execPath, [program], {
        env: {
          ...process.env,
          PHASEBOARD_FAILPOINT: `${name}#${kill % 2 ? 2 : Math.ceil(statements / KILLS / 2)}`,
        },
        stdio: "ignore",
      });
      const [, signal] = await once(child, "exit");
      expect(signal).toBe("SIGKILL");
      expect(await using(isSchemaCurrent)).toBe(false);
    }
    await migrate(url, { queue: migrateQueue });
    await using(async (db) => {
      expect(await isSchemaCurrent(db)).toBe(true);
      const { rows } = await db.execute<{ status: string }>(
        sql`select status from workflow_runs order by number`,
      );
      expect(rows.map(({ status }) => status)).toEqual(["running", "completed", "failed"]);
    });
  });
});
