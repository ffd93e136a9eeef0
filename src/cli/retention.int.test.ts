import { desc, eq } from "drizzle-orm";
import { afterEach, beforeAll, expect, it, vi } from "vitest";
import { adoptSecret } from "../auth/fingerprint";
import { auditLog } from "../db/schema/audit";
import { projects } from "../db/schema/projects";
import { testDatabase } from "../test/database";
import { type MadeProject, makeProject } from "../test/factories";
import { type RetentionOptions, runRetention } from "./retention";

const database = testDatabase({ fresh: true });
let made: MadeProject;

beforeAll(async () => {
  process.env.DATABASE_URL = database.url;
  await adoptSecret(database.db, "x".repeat(32));
  made = await makeProject(database.db);
});
afterEach(() => vi.restoreAllMocks());

/** What the command prints on standard output. */
async function retention(project: string | undefined, options: RetentionOptions = {}): Promise<string> {
  let printed = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += text;
    return true;
  });
  await runRetention(project, options);
  return printed;
}

it("says what holds, and who says so", async () => {
  expect(await retention(undefined)).toMatch(/^runs +forever\n/);
  expect(await retention(undefined, { runs: "90d", keepLast: "50" })).toMatch(
    /^runs +90d\nlogs +forever\nartifacts +forever\nevents +forever\nkeep-last +50\n$/,
  );
  expect(await retention(made.project.slug, { logs: "30d", keepLast: "0" })).toMatch(
    /^runs +90d \(the installation's\)\nlogs +30d\n[\s\S]*keep-last +0\n$/,
  );
  expect(await retention(made.project.id, { keepLast: "default" })).toMatch(
    /keep-last +50 \(the installation's\)\n$/,
  );
  const [project] = await database.db.select().from(projects).where(eq(projects.id, made.project.id));
  expect(project?.retention).toEqual({ logs: "30d" });
  const [record] = await database.db.select().from(auditLog).orderBy(desc(auditLog.created_at)).limit(1);
  expect(record).toMatchObject({
    action: "projects.update",
    actor_type: "command_line",
    project_id: made.project.id,
    before: { retention: { logs: "30d", keep_last: 0 } },
    after: { retention: { logs: "30d" } },
  });
});

it("changes nothing in a dry run, and says what would go", async () => {
  expect(await retention(made.project.slug, { runs: "1h", dryRun: true })).toContain("Would remove 0 runs");
  expect(await retention(undefined, { runs: "1h", dryRun: true })).toContain("Would free 0.0 MB");
  const [project] = await database.db.select().from(projects).where(eq(projects.id, made.project.id));
  expect(project?.retention).toEqual({ logs: "30d" });
});

it.each([
  [{ runs: "90" }, "--runs must be an age such as 90d or 36h, or forever"],
  [{ keepLast: "many" }, "--keep-last"],
])("refuses %o, and says what to mend", async (options: RetentionOptions, says) => {
  await expect(retention(made.project.slug, options)).rejects.toThrow(says);
});

it("names a project that is not there", async () => {
  await expect(retention("nowhere")).rejects.toThrow("There is no project nowhere");
});
