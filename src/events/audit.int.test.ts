import { mkdtemp, readFile, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq, sql } from "drizzle-orm";
import { expect, it, vi } from "vitest";
import { authorizeProject, type Caller, ownScope } from "../auth/scope";
import { auditLog } from "../db/schema/audit";
import { projects } from "../db/schema/projects";
import { testDatabase } from "../test/database";
import { makeProject } from "../test/factories";
import { audit, transact } from "./emit";

const database = testDatabase();

const rowsOf = (action: string) => database.db.select().from(auditLog).where(eq(auditLog.action, action));

it("commits with the change, with the names that both had", async () => {
  const { project, owner } = await makeProject(database.db);
  const caller: Caller = { db: database.db, actor: owner, address: "192.0.2.1" };
  const scope = await authorizeProject(caller, project.id, "project:delete");
  await transact(caller, scope, "test.delete", async (tx) => {
    await tx.delete(projects).where(eq(projects.id, project.id));
    audit(tx, { project, target: { type: "project", id: project.id, name: project.name } });
    audit(tx, { before: { path: "x".repeat(3_000), odd: "\ud800\0" } });
  });
  const [row] = await rowsOf("test.delete");
  expect(row).toMatchObject({
    outcome: "done",
    actor_type: "user",
    actor_id: owner.user_id,
    actor_name: owner.name,
    address: "192.0.2.1",
    project_id: project.id,
    project_name: "Test",
    target_type: "project",
    target_id: project.id,
    target_name: "Test",
    after: null,
  });
  expect(row?.before).toEqual({ path: `${"x".repeat(2_000)}…`, odd: "\ufffd" });
});

it("is not there where the change is not", async () => {
  const { owner } = await makeProject(database.db);
  const caller: Caller = { db: database.db, actor: owner };
  const failing = transact(caller, ownScope(caller), "test.failing", async () => {
    throw new Error("no");
  });
  await expect(failing).rejects.toThrow("no");
  expect(await rowsOf("test.failing")).toEqual([]);
});

it("goes to a file as a line of JSON, once it is committed", async () => {
  const path = join(await mkdtemp(join(tmpdir(), "phaseboard-audit-")), "audit.jsonl");
  vi.stubEnv("PHASEBOARD_AUDIT_LOG", path);
  const { project, owner } = await makeProject(database.db);
  const caller: Caller = { db: database.db, actor: owner };
  const scope = await authorizeProject(caller, project.id, "project:read");
  const failing = transact(caller, scope, "test.logged", async () => {
    throw new Error("no");
  });
  await expect(failing).rejects.toThrow("no");
  await transact(caller, scope, "test.logged", async (tx) => audit(tx, { after: { text: "two\nlines" } }));
  vi.unstubAllEnvs();
  const lines = (await readFile(path, "utf8")).trim().split("\n");
  expect(lines.map((line) => JSON.parse(line))).toEqual(await rowsOf("test.logged"));
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

it("can be added to, and no more", async () => {
  for (const statement of [
    sql`update audit_log set actor_name = 'Somebody'`,
    sql`delete from audit_log`,
    sql`truncate audit_log`,
  ]) {
    await expect(database.db.execute(statement)).rejects.toMatchObject({
      cause: { message: expect.stringContaining("append-only") },
    });
  }
});
