import { mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { and, eq, sql } from "drizzle-orm";
import { afterEach, beforeEach, expect, it } from "vitest";
import { workflowDefinitions } from "../../db/schema/definitions";
import { testDatabase } from "../../test/database";
import { type MadeProject, makeProject } from "../../test/factories";
import { DEFINITIONS_FOLDER } from "./files";
import { startDefinitionWatcher } from "./watch-definitions";

const test = testDatabase({ fresh: true });
const watchers: { stop(): Promise<void> }[] = [];
let made: MadeProject;
let folder: string;

const source = (name: string) =>
  `name: ${name}\nphases: [work]\nsteps:\n  - { id: one, type: script, run: "true" }\n`;

beforeEach(async () => {
  made = await makeProject(test.db);
  folder = join(made.project.path, DEFINITIONS_FOLDER);
});

afterEach(async () => {
  await Promise.all(watchers.splice(0).map((watcher) => watcher.stop()));
  await rm(made.project.path, { recursive: true, force: true });
});

const start = async () => {
  const watcher = await startDefinitionWatcher({ db: test.db });
  watchers.push(watcher);
  return watcher;
};

/** Resolves when the definition of `file` has this name and status. */
async function becomes(file: string, expected: { name?: string; status: string }, project = made.project.id) {
  const path = `${DEFINITIONS_FOLDER}/${file}`;
  const read = async () => {
    const [row] = await test.db
      .select({ name: workflowDefinitions.name, status: workflowDefinitions.status })
      .from(workflowDefinitions)
      .where(and(eq(workflowDefinitions.project_id, project), eq(workflowDefinitions.path, path)));
    return row;
  };
  await expect.poll(read).toMatchObject(expected);
}

it("reads at start and follows every change of a file", async () => {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "ship.yaml"), source("Ship"));
  await start();
  await becomes("ship.yaml", { name: "Ship", status: "active" });
  await becomes("work.yaml", { status: "archived" });

  await writeFile(join(folder, "ship.yaml"), source("Ship it"));
  await becomes("ship.yaml", { name: "Ship it", status: "active" });

  await writeFile(join(folder, ".ship.tmp"), source("By rename"));
  await rename(join(folder, ".ship.tmp"), join(folder, "ship.yaml"));
  await becomes("ship.yaml", { name: "By rename", status: "active" });

  await writeFile(join(folder, "ship.yaml"), "name: [");
  await becomes("ship.yaml", { name: "By rename", status: "invalid" });

  await writeFile(join(folder, "new.yml"), source("New"));
  await becomes("new.yml", { name: "New", status: "active" });

  await rm(join(folder, "ship.yaml"));
  await becomes("ship.yaml", { status: "archived" });
});

it("follows what a definition in TypeScript imports, also while that is broken", async () => {
  const helper = join(made.project.path, "lib", "name.ts");
  await mkdir(folder, { recursive: true });
  await mkdir(join(made.project.path, "lib"));
  await writeFile(helper, 'export const NAME = "First";\n');
  await writeFile(
    join(folder, "code.ts"),
    `import { defineWorkflow } from "phaseboard";
import { NAME } from "../../../lib/name";
export default defineWorkflow({ name: NAME, phases: ["a"], run() {} });\n`,
  );
  await start();
  await becomes("code.ts", { name: "First", status: "active" });
  await writeFile(helper, "export const NAME = ;\n");
  await becomes("code.ts", { name: "First", status: "invalid" });
  await writeFile(join(made.project.path, "lib", "next.ts"), 'export const NAME = "Second";\n');
  await rename(join(made.project.path, "lib", "next.ts"), helper);
  await becomes("code.ts", { name: "Second", status: "active" });
});

it("follows what a definition is a link to, also where the link leads elsewhere by a folder", async () => {
  const kept = join(made.project.path, "kept");
  await mkdir(folder, { recursive: true });
  for (const version of ["one", "two"]) {
    await mkdir(join(kept, version), { recursive: true });
    await writeFile(join(kept, version, "ship.yaml"), source(`Ship ${version}`));
  }
  await symlink("one", join(kept, "now"));
  await symlink("../../../kept/now/ship.yaml", join(folder, "ship.yaml"));
  await start();
  await becomes("ship.yaml", { name: "Ship one", status: "active" });
  await writeFile(join(kept, "one/ship.yaml"), source("Written"));
  await becomes("ship.yaml", { name: "Written", status: "active" });
  await symlink("two", join(kept, "next"));
  await rename(join(kept, "next"), join(kept, "now"));
  await becomes("ship.yaml", { name: "Ship two", status: "active" });
  await rm(join(kept, "two/ship.yaml"));
  await becomes("ship.yaml", { name: "Ship two", status: "invalid" });
  await writeFile(join(kept, "two/ship.yaml"), source("Back"));
  await becomes("ship.yaml", { name: "Back", status: "active" });
  await rm(join(kept, "two"), { recursive: true });
  await becomes("ship.yaml", { status: "invalid" });
  await mkdir(join(kept, "two"));
  await writeFile(join(kept, "two/ship.yaml"), source("Made again"));
  await becomes("ship.yaml", { name: "Made again", status: "active" });
  await writeFile(join(kept, "two/ship.yaml"), source("Still followed"));
  await becomes("ship.yaml", { name: "Still followed", status: "active" });
});

it("takes up projects and folders that come later, and folders that come back", async () => {
  await start();
  await becomes("work.yaml", { status: "archived" });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "late.yaml"), source("Late"));
  await becomes("late.yaml", { status: "active" });

  const other = await makeProject(test.db);
  await mkdir(join(other.project.path, DEFINITIONS_FOLDER), { recursive: true });
  await writeFile(join(other.project.path, DEFINITIONS_FOLDER, "other.yaml"), source("Other"));
  await becomes("other.yaml", { status: "active" }, other.project.id);
  await rm(other.project.path, { recursive: true });

  await rm(folder, { recursive: true });
  await becomes("late.yaml", { status: "archived" });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "late.yaml"), source("Late again"));
  await becomes("late.yaml", { name: "Late again", status: "active" });
});

it("is done by one process, and by another when that one stops", async () => {
  await mkdir(folder, { recursive: true });
  const first = await start();
  await becomes("work.yaml", { status: "archived" });
  await start();
  const holders = async () => {
    const { rows } = await test.db.execute<{ pid: number }>(sql`
      select pid from pg_locks where locktype = 'advisory' and granted
      and database = (select oid from pg_database where datname = current_database())`);
    return rows.map(({ pid }) => pid);
  };
  const [leading, ...more] = await holders();
  expect(more).toEqual([]);
  await first.stop();
  const others = async () => (await holders()).filter((pid) => pid !== leading);
  await expect.poll(others).toHaveLength(1);
  expect(await holders()).toHaveLength(1);
  await writeFile(join(folder, "ship.yaml"), source("Ship"));
  await becomes("ship.yaml", { status: "active" });
});

it("goes on after the database ended its sessions", async () => {
  await mkdir(folder, { recursive: true });
  await start();
  await becomes("work.yaml", { status: "archived" });
  await test.db.execute(sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`);
  await writeFile(join(folder, "after.yaml"), source("After"));
  await becomes("after.yaml", { status: "active" });
});
