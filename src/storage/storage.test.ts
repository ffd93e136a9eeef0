import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { newId } from "../lib/ids";
import { type ObjectStore, startObjectStore } from "../test/object-store";
import { createLocalStorage } from "./local";
import { openS3Storage } from "./s3";
import { type Storage, StorageKeyError, type StoredFile } from "./storage";

interface Kind {
  name: string;
  start(): Promise<void>;
  /** An empty one. */
  make(): Promise<Storage>;
  stop(): Promise<void>;
}

function local(): Kind {
  let base = "";
  return {
    name: "a local folder",
    async start() {
      base = await mkdtemp(join(tmpdir(), "phaseboard-storage-"));
    },
    async make() {
      const root = join(base, newId());
      await mkdir(root);
      return createLocalStorage(root);
    },
    stop: () => rm(base, { recursive: true, force: true }),
  };
}

function objects(): Kind {
  let store: ObjectStore | undefined;
  return {
    name: "an object store",
    async start() {
      store = await startObjectStore();
    },
    async make() {
      if (!store) throw new Error("the object store is not there");
      return openS3Storage(store.settings, newId());
    },
    stop: async () => store?.stop(),
  };
}

/** `count` pieces of 64 KB; fails at the end where `fault` is given. */
async function* pieces(count: number, fault?: Error): AsyncGenerator<Uint8Array, void, undefined> {
  for (let number = 0; number < count; number++) yield Buffer.alloc(64 * 1024, number % 251);
  if (fault) throw fault;
}

describe.each([local(), objects()])("storage in $name", ({ start, make, stop }) => {
  let storage: Storage;
  beforeAll(start, 30_000);
  beforeEach(async () => {
    storage = await make();
  });
  afterAll(stop);

  async function read(key: string, range?: { start?: number; end?: number }): Promise<string | null> {
    const file = await storage.open(key, range);
    return file && (await bytesOf(file)).toString();
  }

  it("puts, opens, stats and deletes", async () => {
    const before = Date.now() - 5_000;
    expect(await storage.put("a/b/c.txt", "hello world")).toBe(11);
    expect(await read("a/b/c.txt")).toBe("hello world");
    const facts = await storage.stat("a/b/c.txt");
    expect(facts?.size).toBe(11);
    expect(facts?.modified_at.getTime()).toBeGreaterThan(before);
    await storage.delete("a/b/c.txt");
    await storage.delete("a/b/c.txt");
    expect(await storage.open("a/b/c.txt")).toBeNull();
    expect(await storage.stat("a/b/c.txt")).toBeNull();
    expect(await storage.stat("nowhere/at/all")).toBeNull();
    expect(await storage.open("nowhere/at/all")).toBeNull();
  });

  it("opens ranges, with the size of the whole", async () => {
    await storage.put("file", Buffer.from("hello world"));
    expect(await read("file", { start: 6 })).toBe("world");
    expect(await read("file", { start: 0, end: 4 })).toBe("hello");
    expect(await read("file", { start: 10, end: 10 })).toBe("d");
    expect(await read("file", { start: 6, end: 500 })).toBe("world");
    expect(await read("file", { start: 11 })).toBe("");
    const part = await storage.open("file", { start: 2, end: 3 });
    expect([part?.size, (await bytesOf(part)).toString()]).toEqual([11, "ll"]);
  });

  it("keeps an empty file", async () => {
    expect(await storage.put("empty", "")).toBe(0);
    expect(await storage.put("empty too", pieces(0))).toBe(0);
    expect(await read("empty")).toBe("");
    expect((await storage.stat("empty too"))?.size).toBe(0);
  });

  it("takes a stream of a length that nobody knows, larger than one part of a store", async () => {
    const count = 400;
    expect(await storage.put("large", pieces(count))).toBe(count * 64 * 1024);
    const file = await storage.open("large");
    const read = await bytesOf(file);
    expect(read.length).toBe(count * 64 * 1024);
    expect(read.equals(Buffer.concat(await collect(pieces(count))))).toBe(true);
  });

  it.each([3, 400])("leaves the old content where a stream of %i pieces breaks off", async (count) => {
    await storage.put("file", "old");
    await expect(storage.put("file", pieces(count, new Error("broken off")))).rejects.toThrow("broken off");
    expect(await read("file")).toBe("old");
    await expect(storage.put("new", pieces(count, new Error("broken off")))).rejects.toThrow("broken off");
    expect(await storage.stat("new")).toBeNull();
  });

  it("moves a file in the place of another", async () => {
    await storage.put("from/file", "moved");
    await storage.put("to/deep/file", "old");
    await storage.move("from/file", "to/deep/file");
    expect(await read("to/deep/file")).toBe("moved");
    expect(await storage.stat("from/file")).toBeNull();
    await expect(storage.move("from/file", "to/deep/file")).rejects.toThrow();
  });

  it("deletes a folder and nothing beside it", async () => {
    await Promise.all(["run/a", "run/b/c", "runner/d", "run-2"].map((key) => storage.put(`at/${key}`, "x")));
    await storage.deletePrefix("at/run");
    await storage.deletePrefix("at/nothing");
    const left = await Promise.all(
      ["at/run/a", "at/run/b/c", "at/runner/d", "at/run-2"].map(
        async (key) => (await storage.stat(key)) !== null,
      ),
    );
    expect(left).toEqual([false, false, true, true]);
  });

  it("closes a file that is not read to its end", async () => {
    await storage.put("large", pieces(100));
    const file = await storage.open("large");
    const stream = file?.stream;
    stream?.once("data", () => stream.destroy());
    await new Promise((resolve) => stream?.once("close", resolve));
    expect(stream?.destroyed).toBe(true);
  });

  it.each(["", "/etc/passwd", "../out", "a/../../out", "a//b", "a/./b", "a\\b", "a\0b", "a/"])(
    "refuses the key %j",
    async (key) => {
      await expect(storage.put(key, "x")).rejects.toThrow(StorageKeyError);
      await expect(storage.open(key)).rejects.toThrow(StorageKeyError);
      await expect(storage.stat(key)).rejects.toThrow(StorageKeyError);
      await expect(storage.delete(key)).rejects.toThrow(StorageKeyError);
      await expect(storage.deletePrefix(key)).rejects.toThrow(StorageKeyError);
      await expect(storage.move(key, "x")).rejects.toThrow(StorageKeyError);
    },
  );
});

function bytesOf(file: StoredFile | null): Promise<Buffer> {
  if (!file) throw new Error("there is no such file");
  return buffer(file.stream);
}

async function collect(content: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const all: Uint8Array[] = [];
  for await (const piece of content) all.push(piece);
  return all;
}
