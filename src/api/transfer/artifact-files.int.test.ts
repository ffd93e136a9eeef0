import { rm } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { eq } from "drizzle-orm";
import { pack } from "tar-stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fromBufferPromise } from "yauzl";
import { ZipFile } from "yazl";
import { createToken } from "../../auth/tokens";
import { closeDatabase } from "../../db/client";
import { projectMembers } from "../../db/schema/projects";
import { BoundReached } from "../../features/artifacts/archives/format";
import { passTar } from "../../features/artifacts/archives/pass-tar";
import { readArtifact } from "../../features/artifacts/open-artifact";
import type { ArchiveListing, ReportLink } from "../../features/artifacts/schema";
import { SECRET } from "../../test/access/people";
import { testDatabase } from "../../test/database";
import {
  type MadeProject,
  type MadeRun,
  makeArtifact,
  makeProject,
  makeRun,
  scriptStep,
} from "../../test/factories";
import { addRole, makePerson } from "../../test/people";
import { askRoute } from "../../test/routes";
import { web } from "../../trpc/web";

const database = testDatabase();
const ORIGIN = "http://127.0.0.1:3000";
let made: MadeProject;
let run: MadeRun;
let token: string;

beforeAll(async () => {
  process.env.DATABASE_URL = database.url;
  process.env.NEXTAUTH_SECRET = SECRET;
  made = await makeProject(database.db, { steps: [scriptStep("unit", "true"), scriptStep("other", "true")] });
  run = await makeRun(database.db, made);
  token = await tokenOf(made.owner.user_id);
});

afterAll(() => closeDatabase(web().db));

const tokenOf = async (user_id: string) =>
  (await database.db.transaction((tx) => createToken(tx, { user_id, name: "test" }))).token;

type Given = Parameters<typeof makeArtifact>[3];
const make = (given?: Given, of = run) => makeArtifact(database.db, made, of, given);

const get = (path: string, { by = token, method = "GET", ...headers }: Record<string, string> = {}) =>
  askRoute(
    new Request(`${ORIGIN}/api${path}`, {
      method,
      headers: { host: "127.0.0.1:3000", ...(by ? { authorization: `Bearer ${by}` } : {}), ...headers },
    }),
  );

async function dataOf<T>(response: Response): Promise<T> {
  const body = (await response.json()) as { data: T };
  expect(response.status, JSON.stringify(body)).toBe(200);
  return body.data;
}

async function zipOf(files: Record<string, string>): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, text] of Object.entries(files)) {
    zip.addBuffer(Buffer.from(text), name, { mtime: new Date("2026-01-02T03:04:06Z") });
  }
  zip.end();
  return buffer(zip.outputStream);
}

async function tarOf(files: Record<string, string>): Promise<Buffer> {
  const tar = pack();
  for (const [name, text] of Object.entries(files)) tar.entry({ name, mtime: new Date(1_000) }, text);
  tar.finalize();
  return buffer(tar);
}

describe("the files in an archive", () => {
  it.each([
    ["a.zip", zipOf],
    ["a.tar", tarOf],
    ["a.tar.gz", async (files: Record<string, string>) => gzipSync(await tarOf(files))],
  ])("are listed and brought from %s", async (name, archive) => {
    const content = await archive({ "src/a.txt": "hello", "b/c.html": "<script>1</script>" });
    const { id } = await make({ name, content, mime_type: "application/octet-stream" });
    const listing = await dataOf<ArchiveListing>(await get(`/artifacts/${id}/entries`));
    expect(listing).toMatchObject({
      format: name.slice(2),
      ended: "whole",
      entries: [
        { position: 0, name: "src/a.txt", type: "file", size_bytes: 5 },
        { position: 1, name: "b/c.html", type: "file" },
      ],
    });
    expect(listing.entries[0]?.modified_at).toMatch(/^20|^1970/);
    const text = await get(`/artifacts/${id}/entries/0?inline=1`);
    expect(await text.text()).toBe("hello");
    expect(Object.fromEntries(text.headers)).toMatchObject({
      "content-length": "5",
      "content-disposition": 'inline; filename="a.txt"',
      "content-type": "text/plain; charset=utf-8",
      "content-security-policy": expect.stringContaining("sandbox;"),
    });
    const page = await get(`/artifacts/${id}/entries/1?inline=1`);
    expect(page.headers.get("content-type"), "what could run is a text").toBe("text/plain; charset=utf-8");
    await page.text();
    expect((await get(`/artifacts/${id}/entries/2`)).status).toBe(404);
    const head = await get(`/artifacts/${id}/entries/0`, { method: "HEAD" });
    expect([head.status, head.headers.get("content-length"), await head.text()]).toEqual([200, "5", ""]);
  });

  it("are shown by the names that the archive has, wherever those lead", async () => {
    const content = await zipOf({ "xx/xx/etc/passwd": "" });
    const evil = Buffer.from(content.toString("latin1").replaceAll("xx/xx", "../.."), "latin1");
    const { id } = await make({ name: "evil.zip", content: evil, mime_type: "application/zip" });
    const { entries } = await dataOf<ArchiveListing>(await get(`/artifacts/${id}/entries`));
    expect(entries.map((entry) => entry.name)).toEqual(["../../etc/passwd"]);
    const entry = await get(`/artifacts/${id}/entries/0`);
    expect(entry.headers.get("content-disposition")).toBe('attachment; filename="passwd"');
    await entry.text();
  });

  it("are refused of what is none, and told of what is broken off", async () => {
    const whole = gzipSync(await tarOf({ "a.txt": "a", "b.txt": "x".repeat(50_000) }));
    const cut = await make({ name: "cut.tgz", content: whole.subarray(0, whole.length - 30) });
    expect(await dataOf(await get(`/artifacts/${cut.id}/entries`))).toMatchObject({ ended: "broken" });
    for (const content of [
      "",
      "hello",
      "PK\x03\x04 and nothing",
      gzipSync("one file"),
      Buffer.alloc(4_000),
    ]) {
      const none = await make({ name: "none.zip", content, mime_type: "application/zip" });
      expect((await get(`/artifacts/${none.id}/entries`)).status).toBe(409);
    }
  });

  it("are read no further than is good: a small file can unpack to more than there is room for", async () => {
    const bomb = gzipSync(await tarOf({ "a.txt": "a", "zeros.bin": "\0".repeat(3_000_000), "b.txt": "b" }));
    expect(bomb.length).toBeLessThan(10_000);
    const { id } = await make({ name: "bomb.tgz", content: bomb });
    const readable = await readArtifact({ db: database.db, actor: made.owner }, id);
    const passed: string[] = [];
    const read = async () => {
      const bounds = { unpacked: 1_000_000, until: Number.POSITIVE_INFINITY };
      for await (const { name } of passTar(readable, true, bounds)) passed.push(name);
    };
    await expect(read()).rejects.toThrow(BoundReached);
    expect(passed).toEqual(["a.txt", "zeros.bin"]);
  });
});

describe("all artifacts of a run in one file", () => {
  it("are a zip of known length, with names that are safe and all different", async () => {
    const own = await makeRun(database.db, made);
    const given = { "a.txt": "1", "A.txt": "2", "../../etc/x": "3", "sub/b.bin": "4".repeat(300_000) };
    for (const [name, content] of Object.entries(given)) await make({ name, content }, own);
    const lost = await make({ name: "lost.txt" }, own);
    await rm(join(made.project.path, lost.file_path));
    const path = `/workflow-executions/${own.run.id}/artifacts.zip`;
    const [head, whole] = [await get(path, { method: "HEAD" }), await get(path)];
    const bytes = Buffer.from(await whole.arrayBuffer());
    for (const { headers } of [head, whole]) {
      expect(headers.get("content-length")).toBe(String(bytes.length));
      expect(headers.get("content-disposition")).toBe(
        `attachment; filename="run-${own.run.number}-artifacts.zip"`,
      );
    }
    const files: Record<string, string> = {};
    const zip = await fromBufferPromise(bytes);
    for await (const entry of zip.eachEntry()) {
      files[entry.fileName] = (await buffer(await zip.openReadStreamPromise(entry))).toString();
    }
    expect(Object.keys(files).sort()).toEqual([
      "missing-files.txt",
      "unit/A-2.txt",
      "unit/__/__/etc/x",
      "unit/a.txt",
      "unit/sub/b.bin",
    ]);
    expect(files["unit/sub/b.bin"]).toBe(given["sub/b.bin"]);
    expect(files["missing-files.txt"]).toContain("unit/lost.txt");
    expect((await get(`${path}?step_id=unit`)).headers.get("content-disposition")).toContain("-unit-");
    expect((await get(`${path}?step_id=other`)).status, "a step without any").toBe(404);
  });

  it("are let go by a reader who leaves, and broken off where a file changes", async () => {
    const own = await makeRun(database.db, made);
    await make({ name: "big.bin", content: Buffer.alloc(3_000_000) }, own);
    const last = await make({ name: "last.txt" }, own);
    const path = `/workflow-executions/${own.run.id}/artifacts.zip`;
    const reader = (await get(path)).body?.getReader();
    expect((await reader?.read())?.value?.length).toBeGreaterThan(0);
    await reader?.cancel();
    const other = (await get(path)).body?.getReader();
    await other?.read();
    await rm(join(made.project.path, last.file_path));
    const rest = async () => {
      while (!(await other?.read())?.done);
    };
    await expect(rest()).rejects.toThrow();
  });
});

describe("a report", () => {
  const link = async (id: string, by = token) =>
    (await dataOf<ReportLink>(await get(`/artifacts/${id}/report`, { by }))).url.replace(/^\/api/, "");

  it("is a page of no origin that loads its own step's files, and nothing else", async () => {
    const html = { content: "<script src='js/a.js'></script>", mime_type: "text/html" };
    const { id } = await make({ name: "out/über uns/index.html", ...html });
    await make({ name: "out/über uns/js/a.js", content: "1", mime_type: "text/javascript" });
    await make({ name: "secret.txt", content: "2" }, { ...run, steps: run.steps.slice(1) });
    const url = await link(id);
    const page = await get(url, { by: "" });
    expect([page.status, await page.text()]).toEqual([200, html.content]);
    const headers = Object.fromEntries(page.headers);
    expect(headers["content-type"]).toBe("text/html; charset=utf-8");
    const rules = (headers["content-security-policy"] ?? "").split("; ");
    const own = `127.0.0.1:3000/api${url.split("/").slice(0, 3).join("/")}/`;
    expect(rules).toEqual([
      "sandbox allow-scripts",
      `default-src ${own} 'unsafe-inline' 'unsafe-eval' data: blob:`,
      `base-uri ${own}`,
      "form-action 'none'",
      "frame-ancestors 'self'",
    ]);
    expect(headers["content-disposition"]).toBeUndefined();
    const base = url.slice(0, url.lastIndexOf("/"));
    const script = await get(`${base}/js/a.js`, { by: "" });
    expect(await script.text()).toBe("1");
    expect(script.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    expect(script.headers.get("content-security-policy")).toMatch(/^sandbox allow-scripts;/);
    const sealed = url.split("/")[2] ?? "";
    expect((await get(`/reports/${sealed}/secret.txt`, { by: "" })).status, "another step's").toBe(404);
    const forged = `${sealed.slice(0, -2)}${sealed.endsWith("AA") ? "BB" : "AA"}`;
    expect((await get(`/reports/${forged}/out`, { by: "" })).status).toBe(404);
  });

  it("is there for as long as its person may read", async () => {
    const guest = await makePerson(database.db, "Guest");
    await addRole(database.db, made.project.id, guest, "viewer");
    const { id } = await make({ name: "a.html", content: "a", mime_type: "text/html" });
    const url = await link(id, await tokenOf(guest.user_id));
    expect((await get(url, { by: "" })).status).toBe(200);
    await database.db.delete(projectMembers).where(eq(projectMembers.user_id, guest.user_id));
    expect((await get(url, { by: "" })).status).toBe(403);
    const text = await make();
    expect((await get(`/artifacts/${text.id}/report`)).status, "a text is none").toBe(409);
  });
});
