import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { StorageKeyError } from "./storage";
import { temporaryOf } from "./temporary";
import { writeFolder } from "./write-folder";

let base: string;
let root: string;
beforeEach(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), "phaseboard-folder-")));
  root = join(base, "root");
  await mkdir(root);
});
afterEach(() => rm(base, { recursive: true, force: true }));

const write = (key: string, files: Record<string, string>, lasting = false) =>
  writeFolder({
    root,
    key,
    files: Object.fromEntries(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)])),
    lasting,
  });
const read = (name: string) => readFile(join(root, name), "utf8");
const inodeOf = async (name: string) => (await stat(join(root, name))).ino;

describe.each([true, false])("files of a folder, lasting: %s", (lasting) => {
  it("are made with their folder, and take the place of what is there", async () => {
    write("a/b", { one: "1", two: "" }, lasting);
    write("a/b", { one: "more than one", three: "3" }, lasting);
    expect(await readdir(join(root, "a/b"))).toEqual(["one", "three", "two"]);
    expect([await read("a/b/one"), await read("a/b/two")]).toEqual(["more than one", ""]);
  });

  it("leave nothing behind where one cannot be made", async () => {
    await mkdir(join(root, "a/two"), { recursive: true });
    expect(() => write("a", { one: "1", two: "2" }, lasting)).toThrow();
    expect(await readdir(join(root, "a"))).toEqual(["one", "two"]);
  });

  it("take the place of a link and of a pipe, and write to nothing behind them", {
    timeout: 5_000,
  }, async () => {
    await writeFile(join(base, "outside"), "theirs");
    await mkdir(join(root, "a"));
    await symlink(join(base, "outside"), join(root, "a/link"));
    execFileSync("mkfifo", [join(root, "a/pipe")]);
    write("a", { link: "theirs", pipe: "ours" }, lasting);
    expect([await read("a/link"), await read("a/pipe")]).toEqual(["theirs", "ours"]);
    write("a", { link: "ours" }, lasting);
    expect(await readFile(join(base, "outside"), "utf8")).toBe("theirs");
  });

  it("are not made behind a link that leads out, and are behind one that leads on", async () => {
    await mkdir(join(base, "root-2"));
    await symlink(join(base, "root-2"), join(root, "out"));
    await symlink(join(base, "nowhere"), join(root, "dangling"));
    await mkdir(join(root, "real"));
    await symlink(join(root, "real"), join(root, "on"));
    expect(() => write("out", { file: "x" }, lasting)).toThrow(StorageKeyError);
    expect(() => write("out/deep/er", { file: "x" }, lasting)).toThrow(StorageKeyError);
    expect(() => write("dangling/deep", { file: "x" }, lasting)).toThrow();
    write("on/deep", { file: "x" }, lasting);
    expect(await read("real/deep/file")).toBe("x");
    expect([await readdir(join(base, "root-2")), await readdir(base)]).toEqual([[], ["root", "root-2"]]);
  });

  it.each(["", "/etc", "../out", "a/../../out", "a//b", "a/./b", "a\\b", "a\0b"])(
    "refuse the folder %j",
    (key) => {
      expect(() => write(key, { file: "x" }, lasting)).toThrow(StorageKeyError);
    },
  );

  it.each(["", "..", "../out", "a\0b"])("refuse the name %j", (name) => {
    expect(() => write("a", { [name]: "x" }, lasting)).toThrow(StorageKeyError);
  });

  it("are not made where the root is gone", async () => {
    await rm(root, { recursive: true });
    expect(() => write("a", { file: "x" }, lasting)).toThrow("ENOENT");
    expect(await readdir(base)).toEqual([]);
  });
});

it("what is to last is not written again where it is there", async () => {
  write("a", { same: "as it was", other: "as it was" });
  const before = [await inodeOf("a/same"), await inodeOf("a/other")];
  write("a", { same: "as it was", other: "as it is " }, true);
  const after = [await inodeOf("a/same"), await inodeOf("a/other")];
  expect(after[0]).toBe(before[0]);
  expect(after[1]).not.toBe(before[1]);
  expect(await read("a/other")).toBe("as it is ");
});

it("what writes that were cut off have left goes where files are to last", async () => {
  write("a", { file: "x" });
  await writeFile(temporaryOf(join(root, "a/file")), "ha");
  write("a", { file: "x" }, true);
  expect(await readdir(join(root, "a"))).toEqual(["file"]);
});
