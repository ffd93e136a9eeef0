import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createLocalStorage } from "./local";
import { type Storage, StorageKeyError } from "./storage";

let base: string;
let root: string;
let storage: Storage;
beforeEach(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), "phaseboard-storage-")));
  root = join(base, "root");
  await mkdir(root);
  storage = createLocalStorage(root);
});
afterEach(() => rm(base, { recursive: true, force: true }));

async function read(key: string, range?: { start?: number; end?: number }): Promise<string | null> {
  const file = await storage.open(key, range);
  return file ? (await buffer(file.stream)).toString() : null;
}

describe("local storage", () => {
  it("puts, opens, stats and deletes", async () => {
    expect(await storage.put("a/b/c.txt", "hello world")).toBe(11);
    expect(await read("a/b/c.txt")).toBe("hello world");
    expect(await read("a/b/c.txt", { start: 6 })).toBe("world");
    expect(await read("a/b/c.txt", { start: 0, end: 4 })).toBe("hello");
    expect(await storage.stat("a/b/c.txt")).toMatchObject({ size: 11 });
    await storage.delete("a/b/c.txt");
    await storage.delete("a/b/c.txt");
    expect(await storage.open("a/b/c.txt")).toBeNull();
    expect(await storage.stat("nowhere/at/all")).toBeNull();
  });

  it("gives two puts of one key at once one content or the other, whole", async () => {
    const [a, b] = ["a".repeat(300_000), "b".repeat(300_000)];
    await Promise.all([storage.put("file", a), storage.put("file", b)]);
    expect([a, b]).toContain(await read("file"));
  });

  it("takes a stream, and leaves the old content where it breaks off", async () => {
    const parts = async function* (fail: boolean) {
      yield Buffer.from("one ");
      if (fail) throw new Error("broken off");
      yield Buffer.from("two");
    };
    await storage.put("file", parts(false));
    expect(await read("file")).toBe("one two");
    await expect(storage.put("file", parts(true))).rejects.toThrow("broken off");
    expect(await read("file")).toBe("one two");
    expect(await readdir(root)).toEqual(["file"]);
  });

  it.each(["", "/etc/passwd", "../out", "a/../../out", "a//b", "a/./b", "a\\b", "a\0b", "a/"])(
    "refuses the key %j",
    async (key) => {
      await expect(storage.put(key, "x")).rejects.toThrow(StorageKeyError);
      await expect(storage.open(key)).rejects.toThrow(StorageKeyError);
    },
  );

  it("follows no link out of the root, for reading, writing or deleting", async () => {
    await mkdir(join(base, "outside"));
    await writeFile(join(base, "outside/secret"), "secret");
    await symlink(join(base, "outside"), join(root, "folder"));
    await symlink(join(base, "outside/secret"), join(root, "file"));
    await symlink(join(base, "nowhere"), join(root, "dangling"));
    await expect(storage.open("folder/secret")).rejects.toThrow(StorageKeyError);
    await expect(storage.put("folder/new", "x")).rejects.toThrow(StorageKeyError);
    await expect(storage.put("folder/deep/new", "x")).rejects.toThrow(StorageKeyError);
    await expect(storage.put("dangling/new", "x")).rejects.toThrow(StorageKeyError);
    await expect(storage.delete("folder/secret")).rejects.toThrow(StorageKeyError);
    expect(await storage.open("file")).toBeNull();
    await storage.put("file", "ours");
    expect(await readFile(join(base, "outside/secret"), "utf8")).toBe("secret");
    expect(await readdir(join(base, "outside"))).toEqual(["secret"]);
  });

  it("deletes a folder, and a link to one as the link it is", async () => {
    await mkdir(join(base, "outside"));
    await writeFile(join(base, "outside/kept"), "");
    await symlink(join(base, "outside"), join(root, "link"));
    await storage.put("folder/a/b", "x");
    await storage.deletePrefix("folder");
    await storage.deletePrefix("link");
    expect(await readdir(root)).toEqual([]);
    expect(await readdir(join(base, "outside"))).toEqual(["kept"]);
  });

  it("does not make the root anew where it is gone", async () => {
    await rm(root, { recursive: true });
    await expect(storage.put("a", "x")).rejects.toMatchObject({ code: "ENOENT" });
    expect(await readdir(base)).toEqual([]);
  });
});
