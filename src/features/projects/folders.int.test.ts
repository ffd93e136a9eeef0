import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, realpath, rename, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { PersonActor } from "../../auth/actor";
import { projects } from "../../db/schema/projects";
import { newId } from "../../lib/ids";
import { packageRoot } from "../../lib/package-root";
import { emptyTrash } from "../../storage/own-folder";
import { sweep } from "../../storage/sweep";
import { testDatabase } from "../../test/database";
import { callerOf, makeAdmin } from "../../test/people";

const database = testDatabase({ fresh: true });
let ada: PersonActor;
let data = "";
let root = "";
let own = "";

const api = () => callerOf(database.db, ada).projects;
const create = (path?: string, name = "Site") => api().create({ name, ...(path ? { path } : {}) });
const folder = async (...parts: string[]) => {
  const path = join(...parts);
  await mkdir(path, { recursive: true });
  return path;
};
const trash = () => readdir(join(data, "trash")).catch(() => []);

beforeAll(async () => {
  ada = await makeAdmin(database.db, "Ada");
});

beforeEach(async () => {
  await database.db.delete(projects);
  const base = await realpath(await mkdtemp(join(tmpdir(), "phaseboard-folders-")));
  data = await folder(base, "code", "phaseboard", "data");
  root = join(base, "code");
  own = join(data, "projects");
  vi.stubEnv("PHASEBOARD_DATA_DIR", data);
  vi.stubEnv("PHASEBOARD_PROJECT_ROOTS", `${root}:${join(root, "inner")}`);
});

afterAll(() => {
  vi.unstubAllEnvs();
});

describe("a project's folder", () => {
  it("is never a root, around one, nor anything of the data folder but its projects", async () => {
    await folder(root, "inner");
    const forbidden = [
      root,
      join(root, "inner"),
      await folder(own),
      data,
      join(data, ".."),
      await folder(data, "secrets"),
      await folder(data, "postgres/cluster"),
      await folder(data, "trash/1-x"),
      `${own}/../projects/`,
    ];
    const link = join(root, "link");
    await symlink(data, link);
    for (const path of [...forbidden, link, join(link, "secrets")]) {
      await expect(create(path), path).rejects.toMatchObject({ code: "BAD_REQUEST" });
    }
    const inside = await create(await folder(own, "by-hand"));
    expect(inside).toMatchObject({ path: join(own, "by-hand"), made_by_us: false });
  });

  it("shares nothing with another's, whichever is there first and however it is written", async () => {
    const payroll = await create(undefined, "Payroll");
    expect(payroll).toMatchObject({ path: join(own, "payroll"), made_by_us: true });
    const source = await folder(payroll.path, "src");
    await folder(root, "shop/backend/db");
    await symlink(payroll.path, join(root, "elsewhere"));
    await create(join(root, "shop/backend"), "Backend");
    const shared = [
      payroll.path,
      `${payroll.path}/`,
      source,
      join(root, "elsewhere/src"),
      join(root, "shop"),
      join(root, "shop/backend/db"),
    ];
    for (const path of shared) {
      await expect(create(path), path).rejects.toMatchObject({ code: "CONFLICT" });
    }
    // A folder whose name only begins with the other's is a different folder.
    await create(await folder(root, "shop/backend-2"), "Other");
  });

  it("is asked for under a lock: of many at once one gets it", async () => {
    const outer = await folder(root, "outer");
    const paths = [
      outer,
      ...(await Promise.all([1, 2, 3].map((n) => folder(outer, "a", `b${n}`, "..", "..")))),
    ];
    const inner = await folder(outer, "a");
    const tries = await Promise.allSettled([...paths, inner, inner].map((path) => create(path)));
    expect(tries.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  it("of our making is one that was not there, and keeps out of others' too", async () => {
    await folder(own, "site");
    await create(await folder(own, "site-2/src"), "Other");
    const made = await create();
    expect(made).toMatchObject({ slug: "site", path: join(own, "site-3"), made_by_us: true });
    // An older version allowed this path.
    await database.db.update(projects).set({ path: own }).where(eq(projects.id, made.id));
    await expect(create(undefined, "Late")).rejects.toMatchObject({ code: "CONFLICT" });
    expect(existsSync(join(own, "late"))).toBe(false);
  });

  it("that was made for a project which did not come to be is taken back", async () => {
    await database.db.execute(
      sql`alter table project_members add constraint no_more check (false) not valid`,
    );
    try {
      await expect(create(undefined, "Never")).rejects.toThrow();
    } finally {
      await database.db.execute(sql`alter table project_members drop constraint no_more`);
    }
    expect(existsSync(join(own, "never"))).toBe(false);
  });
});

describe("the migration that notes who made a folder", () => {
  it("says so of those alone that lie where we would have made them, by our name, and share nothing", async () => {
    const files = await readdir(join(packageRoot(), "drizzle"));
    const texts = files
      .filter((name) => name.startsWith("0012_"))
      .map((name) => join(packageRoot(), "drizzle", name));
    const sources = await Promise.all(texts.map((path) => readFile(path, "utf8")));
    const update = sources
      .find((text) => text.includes("phaseboard.projects_root"))
      ?.split("--> statement-breakpoint")
      .at(-1);
    const paths = {
      ours: join(own, "ours"),
      renamed: join(own, "another"),
      deep: join(own, "ours-too/deep"),
      chosen: join(root, "projects/chosen"),
      outer: join(own, "outer"),
      inner: join(own, "outer/inner"),
    };
    // As the versions wrote them that this migration met.
    for (const [slug, path] of Object.entries(paths))
      await database.db.execute(
        sql`insert into projects (id, name, slug, path) values (${slug}, ${slug}, ${slug}, ${path})`,
      );
    const listOurs = async (known: string) => {
      await database.db.transaction(async (tx) => {
        await tx.execute(sql`select set_config('phaseboard.projects_root', ${known}, true)`);
        await tx.execute(sql.raw(update ?? ""));
      });
      const found = await database.db.select().from(projects).where(eq(projects.made_by_us, true));
      return found.map(({ slug }) => slug);
    };
    expect(await listOurs("")).toEqual([]);
    expect(await listOurs(own)).toEqual(["ours"]);
  });
});

describe("deleting a project", () => {
  it("moves a folder of our making to the trash, which is emptied after a week", async () => {
    const made = await create();
    await writeFile(join(made.path, "notes.txt"), "mine");
    await api().delete({ id: made.id });
    expect(existsSync(made.path)).toBe(false);
    const [name = ""] = await trash();
    expect(await readFile(join(data, "trash", name, "notes.txt"), "utf8")).toBe("mine");
    await sweep(database.db);
    expect(await trash()).toEqual([name]);
    await emptyTrash(Date.now() + 8 * 24 * 60 * 60_000);
    expect(await trash()).toEqual([]);
  });

  it("leaves a folder that somebody chose, also below ours", async () => {
    const chosen = await create(await folder(own, "theirs"));
    await api().delete({ id: chosen.id });
    expect(existsSync(chosen.path)).toBe(true);
    expect(await trash()).toEqual([]);
  });

  it("goes by the row, and never takes what lies in or around another project's folder", async () => {
    // Rows as an older version wrote them.
    const row = (path: string, made_by_us: boolean) => ({
      id: newId(),
      name: "Old",
      slug: newId(),
      path,
      made_by_us,
    });
    const [outer, inner] = [
      row(await folder(own, "payroll"), true),
      row(await folder(own, "payroll/src"), true),
    ];
    await database.db.insert(projects).values([outer, inner]);
    for (const { id } of [inner, outer]) {
      await database.db.execute(
        sql`insert into project_members (project_id, user_id, role) values (${id}, ${ada.user_id}, 'owner')`,
      );
    }
    await api().delete({ id: inner.id });
    expect(existsSync(inner.path)).toBe(true);
    await api().delete({ id: outer.id });
    expect(existsSync(outer.path)).toBe(false);
    expect(await trash()).toHaveLength(1);
  });

  it("takes a link in the folder's place and nothing behind it", async () => {
    const made = await create();
    const target = await folder(root, "target");
    await rename(made.path, `${made.path}-aside`);
    await symlink(target, made.path);
    await api().delete({ id: made.id });
    expect(existsSync(target)).toBe(true);
    expect(basename((await trash())[0] ?? "")).toContain("site");
  });
});
