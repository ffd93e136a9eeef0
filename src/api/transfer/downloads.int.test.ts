import { createHash } from "node:crypto";
import { readdirSync, readlinkSync } from "node:fs";
import { appendFile, rm } from "node:fs/promises";
import { get as ask, type IncomingMessage } from "node:http";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { serveApi, tokenOf } from "../../test/api-server";
import { testDatabase } from "../../test/database";
import { type MadeProject, type MadeRun, makeArtifact, makeProject, makeRun } from "../../test/factories";
import { addRole, makePerson } from "../../test/people";

const database = testDatabase();
const api = serveApi(database);
const base = () => api().url;
let made: MadeProject;
let run: MadeRun;
let token: string;

beforeAll(async () => {
  made = await makeProject(database.db);
  run = await makeRun(database.db, made);
  token = await tokenOf(database, made.owner.user_id);
});

type Given = Parameters<typeof makeArtifact>[3];
const make = (given?: Given) => makeArtifact(database.db, made, run, given);

function get(id: string, headers: Record<string, string> = {}, init: RequestInit = {}): Promise<Response> {
  const [path = "", query = ""] = id.split("?");
  return fetch(`${base()}/api/artifacts/${path}?${query}`, {
    headers: { authorization: `Bearer ${token}`, ...headers },
    ...init,
  });
}

const HELLO = "hello world";

describe("a download", () => {
  it("brings the bytes with all that is known of them", async () => {
    const { id, created_at } = await make({ content: HELLO, name: "a.txt" });
    const response = await get(id);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "text/plain; charset=utf-8",
      "content-length": "11",
      "content-disposition": 'attachment; filename="a.txt"',
      etag: `"${createHash("sha256").update(HELLO).digest("hex")}"`,
      "last-modified": new Date(created_at).toUTCString(),
      "accept-ranges": "bytes",
      "x-content-type-options": "nosniff",
      "content-security-policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
      "cross-origin-resource-policy": "same-origin",
      "cache-control": "private, no-cache",
    });
    expect(await response.text()).toBe(HELLO);
  });

  it("says the same to HEAD, without the bytes", async () => {
    const { id } = await make({ content: HELLO });
    const [head, whole] = [await get(id, {}, { method: "HEAD" }), await get(id)];
    const headers = (response: Response) => {
      const perConnection = ["date", "connection", "keep-alive"];
      return [...response.headers].filter(([name]) => !perConnection.includes(name));
    };
    expect([head.status, await head.text(), headers(head)]).toEqual([200, "", headers(whole)]);
    await whole.text();
  });

  it.each([
    ["bytes=0-4", "hello", "bytes 0-4/11"],
    ["bytes=6-", "world", "bytes 6-10/11"],
    ["bytes=-3", "rld", "bytes 8-10/11"],
    ["bytes=-500", HELLO, "bytes 0-10/11"],
    ["bytes=6-500", "world", "bytes 6-10/11"],
    ["bytes=10-10", "d", "bytes 10-10/11"],
  ])("brings the range %s", async (range, text, told) => {
    const { id } = await make({ content: HELLO });
    const response = await get(id, { range });
    expect([response.status, response.headers.get("content-range")]).toEqual([206, told]);
    expect(response.headers.get("content-length")).toBe(String(text.length));
    expect(await response.text()).toBe(text);
  });

  it.each(["bytes=0-1,3-4", "bytes=4-2", "bytes=-", "bytes=x-y", "lines=0-4", "bytes 0-4"])(
    "brings the whole for %s",
    async (range) => {
      const { id } = await make({ content: HELLO });
      const response = await get(id, { range });
      expect([response.status, await response.text()]).toEqual([200, HELLO]);
    },
  );

  it.each(["bytes=11-", "bytes=500-600", "bytes=-0"])("has no bytes for %s", async (range) => {
    const { id } = await make({ content: HELLO });
    const response = await get(id, { range });
    expect([response.status, response.headers.get("content-range")]).toEqual([416, "bytes */11"]);
    expect(await response.text()).toBe("");
  });

  it("brings an empty file, of which there is no range", async () => {
    const { id } = await make({ content: "" });
    const response = await get(id);
    expect([response.status, response.headers.get("content-length"), await response.text()]).toEqual([
      200,
      "0",
      "",
    ]);
    expect((await get(id, { range: "bytes=0-0" })).status).toBe(416);
  });

  it("is spared who has the bytes already", async () => {
    const { id, sha256, created_at } = await make({ content: HELLO });
    const later = new Date(Date.parse(created_at) + 5_000).toUTCString();
    const earlier = new Date(Date.parse(created_at) - 5_000).toUTCString();
    const status = async (headers: Record<string, string>) => {
      const response = await get(id, headers);
      const text = await response.text();
      expect(text).toBe(response.status === 304 ? "" : HELLO);
      if (response.status === 304) expect(response.headers.get("etag")).toBe(`"${sha256}"`);
      return response.status;
    };
    expect(await status({ "if-none-match": `"${sha256}"` })).toBe(304);
    expect(await status({ "if-none-match": `"other", W/"${sha256}"` })).toBe(304);
    expect(await status({ "if-none-match": "*" })).toBe(304);
    expect(await status({ "if-none-match": '"other"' })).toBe(200);
    expect(await status({ "if-none-match": '"other"', "if-modified-since": later })).toBe(200);
    expect(await status({ "if-modified-since": new Date(created_at).toUTCString() })).toBe(304);
    expect(await status({ "if-modified-since": later })).toBe(304);
    expect(await status({ "if-modified-since": earlier })).toBe(200);
    expect(await status({ "if-modified-since": "yesterday" })).toBe(200);
  });

  it("goes on with a range only of the same bytes", async () => {
    const { id, sha256, created_at } = await make({ content: HELLO });
    const text = async (condition: string) =>
      (await get(id, { range: "bytes=6-", "if-range": condition })).text();
    expect(await text(`"${sha256}"`)).toBe("world");
    expect(await text(new Date(created_at).toUTCString())).toBe("world");
    expect(await text('"other"')).toBe(HELLO);
    expect(await text(`W/"${sha256}"`)).toBe(HELLO);
    expect(await text(new Date(0).toUTCString())).toBe(HELLO);
  });

  it.each([
    ["image/png", "inline"],
    ["image/webp", "inline"],
    ["video/mp4", "inline"],
    ["audio/mpeg", "inline"],
    ["text/plain", "inline"],
    ["image/svg+xml", "attachment"],
    ["text/html", "attachment"],
    ["text/xml", "attachment"],
    ["text/markdown", "attachment"],
    ["application/pdf", "attachment"],
    ["application/xhtml+xml", "attachment"],
    ["application/octet-stream", "attachment"],
  ])("of %s is, asked for inline, %s", async (mime_type, type) => {
    const { id } = await make({ mime_type, content: "<script>alert(1)</script>", name: "a" });
    for (const [path, wanted] of [
      [`${id}?inline=1`, type],
      [`${id}?inline=0`, "attachment"],
      [id, "attachment"],
    ] as const) {
      const response = await get(path);
      expect(response.headers.get("content-disposition")).toBe(`${wanted}; filename="a"`);
      expect(response.headers.get("content-security-policy")).toBe(
        "sandbox; default-src 'none'; frame-ancestors 'none'",
      );
      expect(response.headers.get("x-content-type-options")).toBe("nosniff");
      await response.text();
    }
  });

  it("is a clear error where the file is gone or another", async () => {
    const [gone, changed] = [await make(), await make()];
    await rm(join(made.project.path, gone.file_path));
    await appendFile(join(made.project.path, changed.file_path), "more");
    for (const { id } of [gone, changed]) {
      for (const method of ["GET", "HEAD"]) expect((await get(id, {}, { method })).status).toBe(404);
      const { error } = (await (await get(id)).json()) as { error: { message: string } };
      expect(error.message).toContain("gone from the server or has been changed");
    }
  });

  it("is refused to strangers and nobody, and brought to a viewer", async () => {
    const { id } = await make();
    const status = async (authorization: string) => (await get(id, { authorization })).status;
    const stranger = await makePerson(database.db, "Stranger");
    const viewer = await makePerson(database.db, "Viewer");
    await addRole(database.db, made.project.id, viewer, "viewer");
    expect(await status(`Bearer ${await tokenOf(database, stranger.user_id)}`)).toBe(403);
    expect(await status("")).toBe(401);
    expect(await status(`Bearer ${await tokenOf(database, viewer.user_id)}`)).toBe(200);
    expect((await get("nosuchartifact00")).status).toBe(404);
  });

  it("closes its file where the reader goes away, stops at the head, or gets an error", async () => {
    const content = "x".repeat(30_000_000);
    const artifact = await make({ content });
    const open = () => openFiles().filter((path) => path.endsWith(artifact.id)).length;
    for (let time = 0; time < 5; time++) {
      const incoming = await begin(artifact.id);
      incoming.once("data", () => incoming.destroy());
      await new Promise((resolve) => incoming.once("close", resolve));
    }
    for (let time = 0; time < 5; time++) await get(artifact.id, {}, { method: "HEAD" });
    await get(artifact.id, { range: "bytes=99999999-" });
    await get(artifact.id, { "if-none-match": "*" });
    await expect.poll(open).toBe(0);
  });
});

/** A download of which nothing has been read but its head. */
function begin(id: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` };
    ask(`${base()}/api/artifacts/${id}`, { headers }, resolve).once("error", reject);
  });
}

/** Paths of the files that the server has open. */
function openFiles(): string[] {
  const folder = `/proc/${api().child.pid}/fd`;
  return readdirSync(folder).flatMap((name) => {
    try {
      return [readlinkSync(`${folder}/${name}`)];
    } catch {
      return [];
    }
  });
}
