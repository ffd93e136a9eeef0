import { randomBytes } from "node:crypto";
import postgres from "postgres";
import { afterAll, beforeAll, inject } from "vitest";
import { closeDatabase, type Db, openDatabase } from "../db/client";
import { waitFor } from "../lib/wait-for";

export interface TestDatabase {
  /** For processes and pools of the test's own; it must have closed them when the file ends. */
  readonly url: string;
  readonly db: Db;
}

/**
 * A migrated database for the tests of this file, to be called once at its top level. The files that one
 * worker runs share a database one after the other, so each suite makes a project of its own; `fresh` gives
 * one that holds nothing. A connection that a test leaves open fails the file.
 */
export function testDatabase(options: { fresh?: boolean; max?: number } = {}): TestDatabase {
  let opened: { url: string; db: Db } | undefined;
  const current = () => {
    if (!opened) throw new Error("the test database is there once the tests run, in hooks and tests alone");
    return opened;
  };
  let name = "";

  beforeAll(async () => {
    const template = inject("templateName");
    name = `${template}_${options.fresh ? randomBytes(4).toString("hex") : process.env.VITEST_POOL_ID}`;
    const url = new URL(inject("serverUrl"));
    await onServer(async (admin) => {
      const [there] = await admin`select 1 from pg_database where datname = ${name}`;
      if (!there) await admin`create database ${admin(name)} template ${admin(template)}`;
    });
    url.pathname = name;
    opened = { url: url.href, db: openDatabase(url.href, { max: options.max ?? 10, name: "test" }) };
  });

  afterAll(async () => {
    if (!opened) return;
    await closeDatabase(opened.db);
    await onServer(async (admin) => {
      const listOpen = () => admin<{ application_name: string }[]>`
        select application_name from pg_stat_activity
        where datname = ${name} and backend_type = 'client backend'`;
      const closed = await waitFor(async () => (await listOpen()).length === 0, 2_000);
      const leaked = closed ? [] : await listOpen();
      await admin`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${name}`;
      if (options.fresh) await admin`drop database ${admin(name)} with (force)`;
      if (leaked.length > 0) {
        const names = leaked.map((session) => session.application_name || "without a name").join(", ");
        throw new Error(`${leaked.length} connections were left open: ${names}`);
      }
    });
  });

  return {
    get url() {
      return current().url;
    },
    get db() {
      return current().db;
    },
  };
}

async function onServer<T>(work: (admin: postgres.Sql) => Promise<T>): Promise<T> {
  const admin = postgres(inject("serverUrl"), { max: 1, onnotice: () => {} });
  try {
    return await work(admin);
  } finally {
    await admin.end({ timeout: 5 });
  }
}
