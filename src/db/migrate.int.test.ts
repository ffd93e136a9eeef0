import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import postgres from "postgres";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import journal from "../../drizzle/meta/_journal.json";
import { packageRoot } from "../lib/package-root";
import { waitFor } from "../lib/wait-for";
import { migrateQueue } from "../queue/migrate";
import { closeDatabase, openDatabase } from "./client";
import { isSchemaCurrent, migrate } from "./migrate";

describe("migrate", () => {
  let url = "";
  let name = "";
  let admin: postgres.Sql;

  beforeEach(async () => {
    admin = postgres(inject("serverUrl"), { max: 1, onnotice: () => {} });
    name = `${inject("templateName")}_migrate_${randomBytes(3).toString("hex")}`;
    await admin`create database ${admin(name)}`;
    const address = new URL(inject("serverUrl"));
    address.pathname = name;
    url = address.href;
  });

  afterEach(async () => {
    await admin`drop database ${admin(name)} with (force)`;
    await admin.end({ timeout: 5 });
  });

  const isCurrent = async () => {
    const db = openDatabase(url, { max: 1, name: "test" });
    return isSchemaCurrent(db).finally(() => closeDatabase(db));
  };

  it("makes the schema from nothing, ours and the queue's", async () => {
    expect(await isCurrent()).toBe(false);
    await migrate(url, { queue: migrateQueue });
    expect(await isCurrent()).toBe(true);
  });

  it("does nothing the second time", async () => {
    await migrate(url, { queue: migrateQueue });
    await migrate(url, { queue: migrateQueue });
    expect(await appliedMigrations()).toBe(journal.entries.length);
  });

  it("is done once when several processes start together", async () => {
    let queues = 0;
    let most = 0;
    const queue = async (target: string, lockTimeoutMs: number) => {
      most = Math.max(most, ++queues);
      await migrateQueue(target, lockTimeoutMs);
      queues--;
    };
    await Promise.all(Array.from({ length: 4 }, () => migrate(url, { queue })));
    expect(most).toBe(1);
    expect(await appliedMigrations()).toBe(journal.entries.length);
  });

  it("waits for another that migrates, up to its deadline", async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    let entered = () => {};
    const inside = new Promise<void>((resolve) => (entered = resolve));
    const queue = () => {
      entered();
      return held;
    };
    const first = migrate(url, { queue });
    await inside;
    const late = migrate(url, { queue: migrateQueue, deadlineMs: 300 });
    await expect(late).rejects.toThrow(/has been migrating this database for 0\.3 s/);
    const patient = migrate(url, { queue: migrateQueue });
    release();
    await Promise.all([first, patient]);
    expect(await isCurrent()).toBe(true);
  });

  it("gives up where a table is locked, names the session, keeps nothing, and works once it is free", async () => {
    const other = postgres(url, { max: 1, connection: { application_name: "somebody's psql" } });
    await other`create schema drizzle`;
    await other`create table drizzle.__drizzle_migrations (id serial primary key, hash text, created_at bigint)`;
    const holder = await other.reserve();
    await holder`begin`;
    await holder`lock table drizzle.__drizzle_migrations in access exclusive mode`;
    const started = performance.now();
    await expect(migrate(url, { queue: migrateQueue, lockTimeoutMs: 200, patienceMs: 400 })).rejects.toThrow(
      /tried for 0\.4 s to lock a table that another session has locked.*somebody's psql/,
    );
    expect(performance.now() - started).toBeLessThan(20_000);
    await holder`rollback`;
    holder.release();
    await other.end();
    expect(await isCurrent()).toBe(false);
    await migrate(url, { queue: migrateQueue });
    expect(await isCurrent()).toBe(true);
  });

  it("lets others through between its tries, and goes on once the table is free", async () => {
    await migrate(url, { queue: migrateQueue });
    const other = postgres(url, { max: 2, onnotice: () => {} });
    await other`delete from drizzle.__drizzle_migrations where created_at = 1796100030000`;
    const holder = await other.reserve();
    await holder`begin`;
    await holder`lock table drizzle.__drizzle_migrations in row exclusive mode`;
    await holder`lock table projects in share mode`;
    const migrating = migrate(url, { queue: migrateQueue, lockTimeoutMs: 500 });
    await new Promise((resolve) => setTimeout(resolve, 700));
    const started = performance.now();
    await other`select count(*) from projects`;
    expect(performance.now() - started).toBeLessThan(2_000);
    await holder`rollback`;
    holder.release();
    await migrating;
    await other.end();
    expect(await isCurrent()).toBe(true);
  });

  it("gives way to a writer that holds one of its tables and wants another", async () => {
    await migrate(url, { queue: migrateQueue });
    const other = postgres(url, { max: 1, onnotice: () => {} });
    await other`delete from drizzle.__drizzle_migrations where created_at = 1796100032000`;
    await other`drop table project_room`;
    await other`alter table installation drop column project_quota_bytes`;
    await other`alter table projects drop column quota_bytes`;
    await other`alter table workers drop column no_room_since`;
    await other`alter table workflow_run_step_attempts drop column log_bytes`;
    const writer = await other.reserve();
    await writer`begin`;
    await writer`update workflow_run_step_attempts set updated_at = now()`;
    const migrating = migrate(url, { queue: migrateQueue });
    const seen = postgres(url, { max: 1 });
    // The migration has the tables ahead of this one.
    await waitFor(async () => {
      const held = await seen`
        select 1 from pg_locks where relation = 'projects'::regclass and mode = 'AccessExclusiveLock' and granted`;
      return held.length > 0;
    }, 10_000);
    await writer`update projects set updated_at = now()`;
    await writer`commit`;
    writer.release();
    await migrating;
    await Promise.all([other.end(), seen.end()]);
    expect(await isCurrent()).toBe(true);
  });

  it("counts as out of date where a known migration is missing", async () => {
    await migrate(url, { queue: migrateQueue });
    const sql = postgres(url, { max: 1 });
    await sql`delete from drizzle.__drizzle_migrations`;
    await sql.end();
    expect(await isCurrent()).toBe(false);
  });

  it("numbers the runs that are there as they were made, in each project by itself", async () => {
    await migrate(url, { queue: migrateQueue });
    const sql = postgres(url, { max: 1, onnotice: () => {} });
    await sql`alter table workflow_runs drop column number`;
    await sql`alter table projects drop column run_seq`;
    await sql`insert into users (id, email, name, password_hash) values ('u', 'u@example.com', 'U', 'x')`;
    await sql`insert into projects (id, name, slug, path) select id, id, id, id from unnest(array['a', 'b', 'none']) id`;
    await sql`insert into workflow_definitions (id, project_id, name, slug, type, path, phases, status)
      select 'd' || id, id, id, id, 'yaml', id, '[]', 'active' from unnest(array['a', 'b']) id`;
    await sql`insert into workflow_definition_revisions (id, workflow_definition_id, number, sha256, source, compiled)
      select 'v' || id, 'd' || id, 1, '', '', '{}' from unnest(array['a', 'b']) id`;
    await sql`insert into workflow_runs
        (id, project_id, user_id, workflow_definition_id, revision, name, args, created_at)
      select p || n, p, 'u', 'd' || p, 1, 'R', '{}', timestamptz '2026-01-01Z' - n * interval '1 s'
      from unnest(array['a', 'b']) p, generate_series(1, 3) n where p = 'a' or n < 3`;
    const file = await readFile(join(packageRoot(), "drizzle/0011_run_numbers.sql"), "utf8");
    for (const statement of file.split("--> statement-breakpoint")) await sql.unsafe(statement);
    expect(await sql`select id, number from workflow_runs order by project_id, number`).toEqual([
      { id: "a3", number: 1 },
      { id: "a2", number: 2 },
      { id: "a1", number: 3 },
      { id: "b2", number: 1 },
      { id: "b1", number: 2 },
    ]);
    expect(await sql`select id, run_seq from projects order by id`).toEqual([
      { id: "a", run_seq: 3 },
      { id: "b", run_seq: 2 },
      { id: "none", run_seq: 0 },
    ]);
    await sql.end();
  });

  async function appliedMigrations(): Promise<number> {
    const sql = postgres(url, { max: 1 });
    const rows = await sql`select hash from drizzle.__drizzle_migrations`;
    await sql.end();
    return rows.length;
  }
});
