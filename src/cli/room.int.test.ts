import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { desc, eq } from "drizzle-orm";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { auditLog } from "../db/schema/audit";
import { projectRoom, projects } from "../db/schema/projects";
import { testDatabase } from "../test/database";
import { type MadeProject, makeProject } from "../test/factories";
import { ballastPath } from "./ballast";
import { checkBallast, checkDisk, checkQuotas, freeBallast } from "./check-room";
import { runQuota } from "./quota";

const database = testDatabase({ fresh: true });
let made: MadeProject;

beforeAll(async () => {
  process.env.DATABASE_URL = database.url;
  made = await makeProject(database.db);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/** What the command says. */
async function quota(project?: string, set?: string): Promise<string> {
  let said = "";
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, "write").mockImplementation((text) => {
      said += text;
      return true;
    });
  }
  await runQuota(project, set);
  return said.trim();
}

describe("phaseboard quota", () => {
  it("sets what a project may take, says it, and leaves a row in the audit record", async () => {
    expect(await quota(made.project.slug, "500M")).toBe("Test takes 0 bytes and may take 500 MB");
    const [row] = await database.db.select().from(auditLog).orderBy(desc(auditLog.created_at)).limit(1);
    expect(row).toMatchObject({ action: "room.setQuota", project_id: made.project.id });
    expect(row?.after).toEqual({ quota_bytes: 500 * 1024 ** 2 });
    expect(await quota(made.project.slug, "none")).toContain("as much as there is");
    await quota(made.project.slug, "default");
    const [project] = await database.db.select().from(projects).where(eq(projects.id, made.project.id));
    expect(project?.quota_bytes).toBeNull();
  });

  it.each([
    [undefined, "default", "--set must be a size such as 10G or 500M, or none"],
    ["slug", "much", "--set must be a size such as 10G or 500M, none, or default"],
    ["nowhere", "1G", "There is no project nowhere."],
    [undefined, "1G", "Nothing has worked with this database yet."],
  ])("refuses %s %s, and says why", async (project, set, says) => {
    await expect(quota(project === "slug" ? made.project.slug : project, set)).rejects.toThrow(says);
  });
});

describe("phaseboard doctor", () => {
  it("names projects whose runs do not start", async () => {
    expect((await checkQuotas(database.db)).verdict).toBe("ok");
    await quota(made.project.slug, "1M");
    await database.db.insert(projectRoom).values({ project_id: made.project.id, logs_bytes: 2 ** 21 });
    expect(await checkQuotas(database.db)).toMatchObject({
      verdict: "warn",
      text: expect.stringContaining(`runs of 1 project do not start: ${made.project.slug} (quota)`),
    });
  });

  it("says what is free, and what to do where that is too little", async () => {
    expect((await checkDisk(tmpdir())).text).toMatch(/free, .* have to be$/);
    vi.stubEnv("PHASEBOARD_LOW_WATER", "99.9%");
    // What is free at a folder is asked once a second at most.
    expect(await checkDisk(join(tmpdir(), "elsewhere"))).toMatchObject({
      verdict: "warn",
      text: expect.stringMatching(/no run starts and nothing can be uploaded; make room until .* are free/),
    });
  });

  it("gives the ballast up with --free", async () => {
    const folder = await mkdtemp(join(tmpdir(), "phaseboard-data-"));
    expect((await checkBallast(folder)).verdict).toBe("warn");
    expect((await freeBallast(folder)).verdict).toBe("warn");
    await writeFile(ballastPath(folder), Buffer.alloc(2 ** 20, 1));
    expect((await checkBallast(folder)).text).toContain("1 MB are kept for a full disk");
    expect((await freeBallast(folder)).text).toContain("1 MB are free by it");
    expect((await checkBallast(folder)).verdict).toBe("warn");
    await rm(folder, { recursive: true });
  });
});
