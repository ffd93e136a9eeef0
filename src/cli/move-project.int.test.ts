import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq, sql } from "drizzle-orm";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { auditLog } from "../db/schema/audit";
import { users } from "../db/schema/users";
import { folderOf } from "../lib/stored-folder";
import { testDatabase } from "../test/database";
import { makeProject } from "../test/factories";
import { makeAdmin } from "../test/people";
import { runExport, runImport } from "./move-project";

const database = testDatabase();
let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "phaseboard-move-"));
  await mkdir(join(folder, "data", "projects"), { recursive: true });
  vi.stubEnv("PHASEBOARD_DATA_DIR", join(folder, "data"));
  vi.stubEnv("DATABASE_URL", database.url);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

const rowsOf = (project_id: string) =>
  database.db
    .select({ action: auditLog.action, actor_type: auditLog.actor_type, target_id: auditLog.target_id })
    .from(auditLog)
    .where(eq(auditLog.project_id, project_id))
    .orderBy(auditLog.created_at);

it("a project that is moved at the terminal is in the record as moved there, and no disabled person gets it", async () => {
  const { project } = await makeProject(database.db);
  await mkdir(folderOf(project.path), { recursive: true });
  const { email, user_id } = await makeAdmin(database.db, "Ada");
  const file = join(folder, "moved.tar.gz");
  await expect(runExport(project.id, join(folder, "none", "moved.tar.gz"))).rejects.toThrow(
    /There is no folder/,
  );
  await runExport(project.id, file);
  await database.db.execute(sql`delete from projects where id = ${project.id}`);
  await database.db.update(users).set({ disabled_at: sql`now()` }).where(eq(users.id, user_id));
  await expect(runImport(file, email)).rejects.toThrow(/is disabled/);
  await database.db.update(users).set({ disabled_at: null }).where(eq(users.id, user_id));
  await runImport(file, email);
  const row = (action: string) => ({ action, actor_type: "command_line", target_id: project.id });
  expect(await rowsOf(project.id)).toEqual([row("projects.export"), row("projects.import")]);
});
