import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import type { TestProject } from "vitest/node";
import { startEmbeddedPostgres } from "../db/embedded";
import { migrate } from "../db/migrate";
import { migrateQueue } from "../queue/migrate";
import { bundleProgram } from "./bundle";

declare module "vitest" {
  interface ProvidedContext {
    /** Address of a server on which databases may be made. */
    serverUrl: string;
    /** Name of the migrated database that the others are cloned from; theirs begin with it. */
    templateName: string;
  }
}

/**
 * One Postgres for the whole run of the project's tests: an embedded one without fsync, or for the project `external` the
 * one that TEST_DATABASE_URL names. Makes the template; takes everything away again at the end, also what tests left in the
 * folder for temporary files, which is one of their own.
 */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  // Another project of the same run has set TMPDIR to a folder of its own, which goes when that project ends.
  process.env.PHASEBOARD_TESTS_IN ??= tmpdir();
  const scratch = await mkdtemp(join(process.env.PHASEBOARD_TESTS_IN, "phaseboard-tests-"));
  // Databases below it run as another user when the tests run as root.
  await chmod(scratch, 0o755);
  process.env.TMPDIR = scratch;
  // Where the built product has them too: definitions in TypeScript and small files have programs of their own.
  await bundleProgram("src/engine/code/host/main.ts", "dist/code-host.js");
  const external = project.name === "external" && process.env.TEST_DATABASE_URL;
  const server = external ? { url: external, stop: async () => {} } : await startTemporary();
  const templateName = `phaseboard_test_${randomBytes(4).toString("hex")}`;
  const admin = postgres(server.url, { max: 1, onnotice: () => {} });
  const tearDown = async () => {
    const made = await admin`select datname from pg_database where starts_with(datname, ${templateName})`;
    for (const { datname } of made) await admin`drop database ${admin(datname)} with (force)`;
    await admin.end({ timeout: 5 });
    await server.stop();
    await rm(scratch, { recursive: true, force: true });
  };
  try {
    await admin`create database ${admin(templateName)}`;
    const template = new URL(server.url);
    template.pathname = templateName;
    await migrate(template.href, { queue: migrateQueue });
    project.provide("serverUrl", server.url);
    project.provide("templateName", templateName);
  } catch (error) {
    await tearDown();
    throw error;
  }
  return tearDown;
}

async function startTemporary(): Promise<{ url: string; stop(): Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), "phaseboard-test-"));
  const server = await startEmbeddedPostgres({ dataDir, durable: false, log: () => {} });
  return {
    url: server.url,
    stop: async () => {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
