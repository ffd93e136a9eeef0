import { execFile } from "node:child_process";
import { mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeDatabase } from "../../db/client";
import { workflowRunSteps, workflowRuns } from "../../db/schema/runs";
import { git } from "../../git/git";
import { SECRET } from "../../test/access/people";
import { tokenOf } from "../../test/api-server";
import { commitFiles, commitIndex, type Files, makeChanges, recordChanges } from "../../test/changes";
import { testDatabase } from "../../test/database";
import { type MadeProject, type MadeRun, makeProject, makeRun, scriptStep } from "../../test/factories";
import { gitIn } from "../../test/git-project";
import { callerOf } from "../../test/people";
import { askRoute } from "../../test/routes";
import { web } from "../../trpc/web";
import type { Changes } from "./schema";

const database = testDatabase();
const run = promisify(execFile);

/** A PNG of one pixel, and another. */
const RED = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==",
  "base64",
);
const BLUE = Buffer.concat([RED, Buffer.from([0])]);
const lines = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, n) => `line ${from + n}\n`).join("");

const BEFORE: Files = {
  "kept.txt": "same\n",
  "src/a file.txt": lines(1, 40),
  "src/gone.txt": "gone\nfor good\n",
  "src/moved.txt": lines(1, 30),
  "src/source.txt": lines(100, 140),
  "same moved.txt": lines(200, 230),
  "run.sh": "true\n",
  link: { link: "kept.txt" },
  "turned.txt": "a file\n",
  "pixel.png": RED,
  "no newline": "a\nb",
  "space.txt": "a  b\nc\n",
  "empty.txt": "",
  "package-lock.json": "{}\n",
  "shown.lock": "a\n",
  "dist/out.txt": "a\n",
  ".gitattributes": "dist/** linguist-generated\nshown.lock -linguist-generated\n*.txt export-ignore\n",
};
const NAMES = [
  "grün ☃.txt",
  "quo\"te's.txt",
  "line\nbreak.txt",
  "tab\there.txt",
  "-dash",
  ":(glob)*",
  "back\\slash",
  " lead",
  "b/ a",
];
const AFTER: Files = {
  ...Object.fromEntries(Object.entries(BEFORE).filter(([name]) => !/gone|^src\/moved|same moved/.test(name))),
  "src/a file.txt": lines(1, 40).replace("line 20\n", "line twenty\nmore\n"),
  "lib/moved here.txt": lines(1, 30).replace("line 7\n", "line seven\n"),
  "src/source.txt": `${lines(100, 140)}more\n`,
  "src/copy.txt": `${lines(100, 139)}copied\n`,
  "moved/same.txt": lines(200, 230),
  "run.sh": { run: "true\n" },
  link: { link: "src/a file.txt" },
  "turned.txt": { link: "kept.txt" },
  "pixel.png": BLUE,
  "added.png": BLUE,
  "no newline": "a\nc",
  "space.txt": "a b\nc\n",
  "new.txt": "one\n",
  "new empty.txt": "",
  "package-lock.json": "{ }\n",
  "shown.lock": "b\n",
  "dist/out.txt": "b\n",
  "large.txt": lines(1, 2_500),
  ...Object.fromEntries(NAMES.map((name) => [name, `${name}\n`])),
};

let made: MadeProject;
let changed: MadeRun;
let range: { from: string; to: string };

beforeAll(async () => {
  process.env.DATABASE_URL = database.url;
  process.env.NEXTAUTH_SECRET = SECRET;
  made = await makeProject(database.db, { steps: [scriptStep("edit", "true"), scriptStep("later", "true")] });
  changed = await makeRun(database.db, made);
  range = await makeChanges(database.db, made, changed, { before: BEFORE, after: AFTER });
});

afterAll(() => closeDatabase(web().db));

const caller = () => callerOf(database.db, made.owner);
type Asked = Omit<Parameters<ReturnType<typeof caller>["runs"]["changes"]>[0], "id">;
const ask = (input: Asked = {}, id = changed.run.id): Promise<Changes> =>
  caller().runs.changes({ id, limit: 200, ...input });

async function get(path: string, headers: Record<string, string> = {}): Promise<Response> {
  const token = await tokenOf(database, made.owner.user_id);
  const url = `http://127.0.0.1:3000/api/workflow-executions/${changed.run.id}/${path}`;
  return askRoute(new Request(url, { headers: { authorization: `Bearer ${token}`, ...headers } }));
}

const bytesOf = async (answer: Response) => Buffer.from(await answer.arrayBuffer());
const emptyFolder = () => mkdtemp(join(tmpdir(), "phaseboard-changes-"));

describe("runs.changes", () => {
  it("tells each kind of change", async () => {
    const { items, files, from, to, base, branch, note } = await ask();
    expect({ from, to, base, branch, note }).toEqual({
      ...range,
      base: "main",
      branch: "phaseboard/1-test",
      note: null,
    });
    expect(items).toHaveLength(files);
    const seen = Object.fromEntries(items.map((file) => [file.path, file]));
    const statuses = Object.fromEntries(items.map(({ path, status }) => [path, status]));
    expect(statuses).toEqual({
      "src/a file.txt": "modified",
      "src/gone.txt": "deleted",
      "lib/moved here.txt": "renamed",
      "moved/same.txt": "renamed",
      "src/source.txt": "modified",
      "src/copy.txt": "copied",
      "run.sh": "mode_changed",
      link: "modified",
      "turned.txt": "type_changed",
      "pixel.png": "modified",
      "added.png": "added",
      "no newline": "modified",
      "space.txt": "modified",
      "new.txt": "added",
      "new empty.txt": "added",
      "package-lock.json": "modified",
      "shown.lock": "modified",
      "dist/out.txt": "modified",
      "large.txt": "added",
      ...Object.fromEntries(NAMES.map((name) => [name, "added"])),
    });
    expect(seen["lib/moved here.txt"]).toMatchObject({
      old_path: "src/moved.txt",
      additions: 1,
      deletions: 1,
    });
    expect(seen["moved/same.txt"]).toMatchObject({
      old_path: "same moved.txt",
      similarity: 100,
      additions: 0,
    });
    expect(seen["run.sh"]).toMatchObject({ old_mode: "100644", new_mode: "100755" });
    expect(seen.link).toMatchObject({ kind: "symlink", additions: 1, deletions: 1 });
    expect(seen["turned.txt"]).toMatchObject({ kind: "symlink", old_mode: "100644", new_mode: "120000" });
    expect(seen["pixel.png"]).toMatchObject({
      is_binary: true,
      additions: null,
      old_size: RED.length,
      new_size: BLUE.length,
    });
    expect(seen["added.png"]).toMatchObject({ old_url: null, old_size: null, new_size: BLUE.length });
    const generated = items.filter((file) => file.is_generated).map(({ path }) => path);
    expect(generated.toSorted()).toEqual(["dist/out.txt", "package-lock.json"]);
    expect(items.every(({ hunks }) => hunks === null)).toBe(true);
  });

  it("goes page by page, with the hunks that apply to the old file and give the new", async () => {
    const pages: Changes[] = [];
    let cursor: string | null | undefined;
    do {
      const page = await ask({ hunks: "1", limit: 7, ...(cursor ? { cursor } : {}) });
      pages.push(page);
      cursor = page.next_cursor;
    } while (cursor !== null);
    const items = pages.flatMap((page) => page.items);
    expect(items).toHaveLength(pages[0]?.files ?? 0);
    const byPath = Object.fromEntries(items.map((file) => [file.path, file]));
    expect(byPath["src/a file.txt"]?.hunks).toEqual([
      {
        old_start: 17,
        old_lines: 7,
        new_start: 17,
        new_lines: 8,
        section: "line 16",
        lines: [
          " line 17",
          " line 18",
          " line 19",
          "-line 20",
          "+line twenty",
          "+more",
          " line 21",
          " line 22",
          " line 23",
        ],
        old_no_newline: false,
        new_no_newline: false,
      },
    ]);
    expect(byPath["no newline"]?.hunks).toMatchObject([
      { lines: [" a", "-b", "+c"], old_no_newline: true, new_no_newline: true },
    ]);
    expect(byPath["turned.txt"]?.hunks).toMatchObject([
      { lines: ["-a file"] },
      { lines: ["+kept.txt"], new_no_newline: true },
    ]);
    expect(byPath["lib/moved here.txt"]?.hunks?.[0]?.lines).toContain("+line seven");
    expect(byPath["src/copy.txt"]?.hunks?.[0]?.lines).toContain("+copied");
    expect(byPath["moved/same.txt"]).toMatchObject({ hunks: [], too_large: false });
    expect(byPath["run.sh"]).toMatchObject({ hunks: [], too_large: false });
    expect(byPath["pixel.png"]).toMatchObject({ hunks: [], too_large: false });
    expect(byPath["large.txt"]).toMatchObject({ hunks: null, too_large: true, additions: 2_500 });
    expect(byPath["package-lock.json"]).toMatchObject({ hunks: null, too_large: true });
    for (const name of NAMES)
      expect(byPath[name]?.hunks?.[0]?.lines[0], name).toBe(`+${name.split("\n")[0]}`);
  });

  it("gives one file by its path, however it is named and however large it is", async () => {
    for (const path of ["large.txt", "package-lock.json", "src/gone.txt", "lib/moved here.txt", ...NAMES]) {
      const { items, files, next_cursor } = await ask({ path });
      expect(items.map((file) => file.path)).toEqual([path]);
      expect(items[0]?.hunks?.length, path).toBeGreaterThan(0);
      expect(files).toBeGreaterThan(20);
      expect(next_cursor).toBeNull();
    }
    await expect(ask({ path: "kept.txt" })).rejects.toMatchObject({ code: "NOT_FOUND" });
    // What git would take for a pattern is a name.
    await expect(ask({ path: "*" })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("leaves out white space where it does not count", async () => {
    const file = async (w: "0" | "1") => (await ask({ path: "space.txt", w })).items[0];
    expect(await file("0")).toMatchObject({ additions: 1, hunks: [expect.anything()] });
    expect(await file("1")).toMatchObject({ additions: 0, deletions: 0, hunks: [] });
  });

  it("tells the changes of a step alone", async () => {
    const both = await makeRun(database.db, made);
    const first = await commitFiles(made, { a: "1\n", b: "1\n" }, range.from);
    const second = await commitFiles(made, { a: "1\n", b: "2\n" }, first);
    const base = await commitFiles(made, { a: "0\n", b: "1\n" });
    await recordChanges(database.db, both, { from: base, to: second });
    const { id } = both.steps[1] ?? { id: "" };
    await database.db
      .update(workflowRunSteps)
      .set({ snapshot_before: first, snapshot: second })
      .where(eq(workflowRunSteps.id, id));
    const paths = async (step_id?: string) =>
      (await ask(step_id ? { step_id } : {}, both.run.id)).items.map(({ path }) => path);
    expect(await paths()).toEqual(["a", "b"]);
    expect(await paths("later")).toEqual(["b"]);
    expect(await paths(id)).toEqual(["b"]);
    await expect(ask({ step_id: "none" }, both.run.id)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("refuses a cursor once the run has gone on", async () => {
    const going = await makeRun(database.db, made);
    await recordChanges(database.db, going, range);
    const { next_cursor } = await ask({ limit: 2 }, going.run.id);
    await recordChanges(database.db, going, { from: range.from, to: range.from });
    await expect(ask({ limit: 2, cursor: next_cursor ?? "" }, going.run.id)).rejects.toMatchObject({
      code: "CONFLICT",
    });
    expect(await ask({}, going.run.id)).toMatchObject({ items: [], files: 0, note: null });
  });

  it("says submodules as such", async () => {
    const path = made.project.path;
    const before = await commitFiles(made, { a: "1\n" });
    const entry = `160000,${"1".repeat(40)},module`;
    await git(["update-index", "--add", "--cacheinfo", entry], { cwd: path });
    const after = await commitIndex(path, before);
    const linked = await makeRun(database.db, made);
    await recordChanges(database.db, linked, { from: before, to: after });
    const { items } = await ask({ hunks: "1" }, linked.run.id);
    expect(items).toMatchObject([
      {
        path: "module",
        kind: "submodule",
        status: "added",
        new_url: null,
        hunks: [{ lines: [`+Subproject commit ${"1".repeat(40)}`] }],
      },
    ]);
  });

  it("takes names that are no UTF-8", async () => {
    const path = made.project.path;
    const before = await commitFiles(made, { a: "1\n" });
    const blob = await git(["hash-object", "-w", "--stdin"], { cwd: path, input: "x\ny" });
    const input = Buffer.concat([Buffer.from(`100644 ${blob}\tcaf`), Buffer.from([0xe9, 0])]);
    await git(["update-index", "-z", "--index-info"], { cwd: path, input });
    const after = await commitIndex(path, before);
    const odd = await makeRun(database.db, made);
    await recordChanges(database.db, odd, { from: before, to: after });
    const { items } = await ask({ path: "caf\ufffd" }, odd.run.id);
    expect(items[0]?.hunks).toMatchObject([{ new_lines: 2, lines: ["+x", "+y"], new_no_newline: true }]);
  });

  it("begins from nothing where the run had no commit to begin from", async () => {
    const fresh = await makeRun(database.db, made);
    await recordChanges(database.db, fresh, range);
    await database.db
      .update(workflowRuns)
      .set({ base_commit: null })
      .where(eq(workflowRuns.id, fresh.run.id));
    const { items } = await ask({}, fresh.run.id);
    expect(new Set(items.map(({ status }) => status))).toEqual(new Set(["added"]));
  });

  it("says why there is nothing", async () => {
    const empty = await makeRun(database.db, made);
    await expect(ask({}, empty.run.id)).rejects.toMatchObject({
      code: "CONFLICT",
      message: expect.stringContaining("workspace: clone"),
    });
    await database.db
      .update(workflowRuns)
      .set({ workspace: "clone" })
      .where(eq(workflowRuns.id, empty.run.id));
    expect(await ask({}, empty.run.id)).toMatchObject({
      items: [],
      from: null,
      note: expect.stringContaining("Nothing is recorded yet"),
    });
    expect((await ask({ step_id: "edit" }, empty.run.id)).note).toContain("has not ended");
    await recordChanges(database.db, empty, { from: range.from, to: "f".repeat(40) });
    await expect(ask({}, empty.run.id)).rejects.toMatchObject({
      code: "CONFLICT",
      message: expect.stringContaining("snapshots are gone"),
    });
    await database.db
      .update(workflowRuns)
      .set({ workspace: "copy" })
      .where(eq(workflowRuns.id, empty.run.id));
    await expect(ask({}, empty.run.id)).rejects.toMatchObject({ code: "CONFLICT" });
  });

  it("runs no program that the repository names", async () => {
    const mark = join(await emptyFolder(), "ran");
    const { path } = made.project;
    const before = await commitFiles(made, { a: "1\n", ".gitattributes": "* diff=odd filter=odd\n" });
    const after = await commitFiles(made, { a: "2\n", ".gitattributes": "* diff=odd filter=odd\n" }, before);
    for (const name of [
      "diff.odd.command",
      "diff.odd.textconv",
      "filter.odd.smudge",
      "diff.external",
      "tar.zip.command",
    ])
      await git(["config", name, `touch ${mark}; cat`], { cwd: path });
    const asked = await makeRun(database.db, made);
    await recordChanges(database.db, asked, { from: before, to: after });
    expect((await ask({ path: "a" }, asked.run.id)).items[0]?.hunks?.[0]?.lines).toEqual(["-1", "+2"]);
    const token = await tokenOf(database, made.owner.user_id);
    for (const file of ["changes.patch", "changes.zip"]) {
      const url = `http://127.0.0.1:3000/api/workflow-executions/${asked.run.id}/${file}`;
      await bytesOf(await askRoute(new Request(url, { headers: { authorization: `Bearer ${token}` } })));
    }
    await expect(readFile(mark)).rejects.toMatchObject({ code: "ENOENT" });
    await rm(join(path, ".git/config"));
    await git(["init", "--quiet"], { cwd: path });
  });

  it("finds the snapshots of a copy in the repository of our own", async () => {
    const copied = await makeProject(database.db);
    const files = await commitFiles(copied, { a: "1\n" });
    const to = await commitFiles(copied, { a: "2\n" }, files);
    const kept = await makeRun(database.db, copied);
    await recordChanges(database.db, kept, { from: files, to });
    await database.db.update(workflowRuns).set({ workspace: "copy" }).where(eq(workflowRuns.id, kept.run.id));
    await run("mkdir", ["-p", join(copied.project.path, ".agent/workflows")]);
    await rename(
      join(copied.project.path, ".git"),
      join(copied.project.path, ".agent/workflows/snapshots.git"),
    );
    const { items } = await callerOf(database.db, copied.owner).runs.changes({ id: kept.run.id });
    expect(items.map(({ path }) => path)).toEqual(["a"]);
  });
});

describe("the bytes of changes", () => {
  it("are a patch that git applies", async () => {
    const answer = await get("changes.patch");
    expect(answer.headers.get("content-disposition")).toBe(
      `attachment; filename="run-${changed.run.number}.patch"`,
    );
    const folder = await emptyFolder();
    const project = made.project.path;
    await git(["init", "--quiet"], { cwd: folder });
    await git(["update-ref", "refs/heads/base", range.from], { cwd: project });
    await gitIn(folder, "fetch", "--quiet", project, "base");
    await git(["checkout", "--quiet", range.from], { cwd: folder });
    const patch = join(await emptyFolder(), "changes.patch");
    await writeFile(patch, await bytesOf(answer));
    await git(["apply", "--index", patch], { cwd: folder });
    const tree = await git(["write-tree"], { cwd: folder });
    expect(tree).toBe(await git(["rev-parse", `${range.to}^{tree}`], { cwd: project }));
  });

  it("are an archive of all files, whatever their attributes leave out", async () => {
    const answer = await get("changes.zip");
    expect(answer.headers.get("content-type")).toBe("application/zip");
    const folder = await emptyFolder();
    const zip = join(folder, "changes.zip");
    const bytes = await bytesOf(answer);
    await writeFile(zip, bytes);
    // The list of names stands at its end.
    for (const name of ["kept.txt", "lib/moved here.txt", "grün ☃.txt", "pixel.png"])
      expect(bytes.includes(Buffer.from(`run-${changed.run.number}/${name}`)), name).toBe(true);
  });

  it("are known again by their tag", async () => {
    for (const path of ["changes.patch?step_id=edit", "changes.zip", "changes/file?path=new.txt"]) {
      const first = await get(path);
      expect(first.status).toBe(200);
      await first.body?.cancel();
      const again = await get(path, { "if-none-match": first.headers.get("etag") ?? "" });
      expect(again.status).toBe(304);
    }
  });

  it("are both sides of a file, never to run on our origin", async () => {
    const { items } = await ask({ path: "pixel.png" });
    const side = async (url: string | null | undefined) =>
      get((url ?? "").split(`${changed.run.id}/`)[1] ?? "");
    const [before, after] = [await side(items[0]?.old_url), await side(items[0]?.new_url)];
    expect((await bytesOf(before)).equals(RED)).toBe(true);
    expect((await bytesOf(after)).equals(BLUE)).toBe(true);
    expect(after.headers.get("content-type")).toBe("image/png");
    expect(after.headers.get("content-security-policy")).toContain("sandbox");
    const [moved] = (await ask({ path: "lib/moved here.txt" })).items;
    expect((await bytesOf(await side(moved?.old_url))).toString()).toBe(lines(1, 30));
    for (const name of NAMES) {
      const [file] = (await ask({ path: name })).items;
      expect((await bytesOf(await side(file?.new_url))).toString()).toBe(`${name}\n`);
    }
    expect((await get("changes/file?path=new.txt&side=old")).status).toBe(404);
    expect((await get("changes/file?path=kept.txt")).status).toBe(404);
  });
});
